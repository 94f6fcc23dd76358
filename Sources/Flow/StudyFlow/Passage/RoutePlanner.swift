// Where a study goes from here, and what that owes to whom.

import Archive
import Audit
import Database
import Foundation
import Reading
import Relay
import Routing
import Vocabulary

/// Decides a study's route from the facts of the study, first when its first instance arrives, again when it is whole or
/// its order changed. A later decision adds deliveries and never takes any back.
package struct RoutePlanner: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Owes one new instance to the next hop, if the study is to go on.
    func forward(_ instance: InstanceRecord, in transaction: Transaction, wakes: inout Wakes) throws {
        let study = instance.studyInstanceUID
        let standing = try flow.passages.standing(of: study, in: transaction)
        let isDecided = standing?.isDecided ?? false
        guard let hop = isDecided ? standing?.nextHop : try decide(study, in: transaction).nextHop else { return }
        try owe([instance], of: study, standing?.priority, to: hop, in: transaction, wakes: &wakes)
    }

    /// Decides again with all that is known now; where the study now goes on, owes everything that is here.
    @discardableResult
    func replan(
        _ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes
    ) throws -> RouteDecision {
        let decision = try decide(study, in: transaction)
        if let hop = decision.nextHop { try sendOn(study, to: hop, in: transaction, wakes: &wakes) }
        return decision
    }

    /// A study that waited here goes on after all: its images, its manifest and the offer of its task.
    func passOn(
        _ study: StudyInstanceUID, by decision: RouteDecision, facts: StudyFacts, opened: Set<String>,
        occasion: RoutingOccasion = .overflow, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let hop = decision.nextHop, let origin = try flow.catalogue.origin(of: study, in: transaction) else {
            return
        }
        try keep(decision, for: study, facts: facts, opened: opened, occasion: occasion, in: transaction)
        try sendOn(study, to: hop, in: transaction, wakes: &wakes)
        if let manifest = try flow.manifests.manifest(of: study, in: transaction) {
            try Messenger(flow).send(
                StudySettled(study: study, origin: origin.originNode, manifest: manifest), to: hop, in: transaction,
                wakes: &wakes)
        }
        try TaskPassing(flow).advance(study, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.study, study))
    }

    private func sendOn(
        _ study: StudyInstanceUID, to hop: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try CustodyCopies(flow).bringForward(study, to: hop, in: transaction, wakes: &wakes)
        let acquired = try flow.catalogue.instances(of: study, in: transaction).filter { !$0.isNetworkMade }
        let priority = try flow.passages.passage(of: study, in: transaction)?.priority
        try owe(acquired, of: study, priority, to: hop, in: transaction, wakes: &wakes)
    }

    private func decide(_ study: StudyInstanceUID, in transaction: Transaction) throws -> RouteDecision {
        let before = try flow.passages.passage(of: study, in: transaction)?.decision
        guard try !flow.custody.isCopy(study, in: transaction) else {
            if before != .custodyCopy {
                try keep(.custodyCopy, for: study, facts: nil, opened: [], occasion: .study, in: transaction)
            }
            return .custodyCopy
        }
        let facts = try facts(of: study, in: transaction)
        let opened = flow.rules.isDynamic ? try flow.routing.opened(in: transaction) : []
        let decision = flow.rules.decide(facts, in: flow.node.topology, opened: opened)
        if let before, before == decision || stands(before, against: decision) { return before }
        try keep(decision, for: study, facts: facts, opened: opened, occasion: .study, in: transaction)
        return decision
    }

    /// What was decided stays where another outcome would only follow from the hour, or would come too late.
    private func stands(_ before: RouteDecision, against now: RouteDecision) -> Bool {
        guard now.basis != .wantedDestination else { return false }
        switch before.basis {
        case .returned, .timeLimit: return true
        case .rule(let name, _):
            guard before.nextHop != nil, now.nextHop != before.nextHop,
                flow.rules.rule(named: name)?.isDynamic == true
            else { return false }
            return true
        case .wantedDestination, .noRule, .custodyCopy: return false
        }
    }

    private func keep(
        _ decision: RouteDecision, for study: StudyInstanceUID, facts: StudyFacts?, opened: Set<String>,
        occasion: RoutingOccasion, in transaction: Transaction
    ) throws {
        let now = flow.clock.now()
        try flow.passages.decide(decision, for: study, at: now, in: transaction)
        try flow.routing.record(
            RoutingRecord(
                study: study, at: now, occasion: occasion, decision: decision, facts: facts, opened: opened),
            in: transaction)
        try flow.audit.record(
            AuditEvent(
                .studyRouted, by: .system("routing"), at: now, study: study, detail: decision.explanation.english),
            in: transaction)
    }

    package func facts(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyFacts {
        var facts = try studyFacts(of: study, in: database)
        try LocalReaders(flow).complete(&facts, order: try flow.orders.order(of: study, in: database), in: database)
        return facts
    }

    /// Without the hour and the readers.
    func studyFacts(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyFacts {
        let record = try flow.catalogue.study(study, in: database)
        let order = try flow.orders.order(of: study, in: database)
        let passage = try flow.passages.passage(of: study, in: database)
        let origin = try flow.catalogue.origin(of: study, in: database)
        return StudyFacts(
            modalities: record?.modalities ?? [], bodyPart: record?.bodyParts.first,
            institution: origin?.issuer ?? flow.node.issuer, origin: origin?.originNode,
            priority: passage?.priority ?? order?.priority ?? .routine, wantedDestination: order?.wantedDestination,
            cameFrom: origin?.viaChild)
    }

    // MARK: Owing

    /// - Returns: how many are owed that were not before.
    @discardableResult
    func owe(
        _ instances: [InstanceRecord], of study: StudyInstanceUID, _ priority: Priority?, to hop: NodeName,
        isCustodyCopy: Bool = false, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Int {
        let priority = priority ?? .routine
        let announced = try flow.passages.isAnnounced(study, to: hop, in: transaction)
        if announced == nil {
            try announce(study, to: hop, isCustodyCopy: isCustodyCopy, in: transaction, wakes: &wakes)
            try OnwardPassage(flow).tellBelow(study, to: hop, in: transaction, wakes: &wakes)
        }
        let added = try flow.deliveries.enqueue(
            try instances.map { instance in
                NewDelivery(
                    study: study, sopInstance: instance.sopInstanceUID, destination: hop,
                    digest: instance.acquired?.digest ?? instance.digest,
                    size: instance.acquired?.size ?? instance.size,
                    transferSyntax: instance.acquired?.transferSyntax ?? instance.transferSyntax,
                    sopClass: instance.sopClass, priority: priority,
                    compression: try compression(of: instance, to: hop, in: transaction),
                    sent: instance.acquired.map { _ in
                        SentForm(
                            digest: instance.digest, size: instance.size, transferSyntax: instance.transferSyntax)
                    })
            }, held: announced != true, at: flow.clock.now(), in: transaction)
        if added > 0 {
            if announced == true { wakes.relay(hop, priority) }
            if flow.node.links[hop]?.compression == .jpegLS { wakes.compression = true }
            try AcquiredForms(flow).tellAbove(instances, to: hop, in: transaction, wakes: &wakes)
        }
        return added
    }

    /// What came compressed goes on as it is; of the rest, what the link's policy names and JPEG-LS can restore.
    private func compression(
        of instance: InstanceRecord, to hop: NodeName, in transaction: Transaction
    ) throws -> DeliveryCompression? {
        if instance.acquired != nil { return .kept }
        guard flow.outgoing != nil, let policy = flow.node.links[hop], policy.compression == .jpegLS, instance.isImage,
            instance.transferSyntax == .explicitVRLittleEndian, instance.size >= policy.compressionMinimumBytes,
            instance.size <= Self.largestCompressed
        else { return nil }
        guard !policy.compressionModalities.isEmpty else { return .wanted }
        let modality = try flow.catalogue.modality(of: instance.seriesInstanceUID, in: transaction)
        return modality.map { policy.compressionModalities.contains($0) } == true ? .wanted : nil
    }

    /// Compressing holds several times as much in memory.
    private static let largestCompressed: Int64 = 64 << 20

    /// Tells the next hop who the study belongs to and how urgent it is; its images are held until it has heard.
    func announce(
        _ study: StudyInstanceUID, to hop: NodeName, isCustodyCopy: Bool = false, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        guard let origin = try flow.catalogue.origin(of: study, in: transaction) else { return }
        let record = try flow.catalogue.study(study, in: transaction)
        let passage = try flow.passages.passage(of: study, in: transaction)
        let priority = passage?.priority ?? .routine
        let announcement = StudyAnnounced(
            study: study, issuer: origin.issuer, origin: origin.originNode, priority: priority,
            prioritySetAt: passage?.prioritySetAt, modality: record?.modalities.first,
            studyDescription: record?.studyDescription, instanceCount: record?.acquiredCount ?? 0,
            order: try flow.orders.order(of: study, in: transaction), isCustodyCopy: isCustodyCopy ? true : nil)
        // The images wait for it: those of an urgent study not behind a long outage's news.
        let envelope = try Messenger(flow).send(
            announcement, to: hop, lane: priority < .routine ? .urgent : .normal, in: transaction, wakes: &wakes)
        try flow.passages.announce(study, to: hop, event: envelope.id.uuidString, in: transaction)
        try StudyText(flow).accompany(study, to: hop, in: transaction, wakes: &wakes)
        try CorrectionTravel(flow).accompany(study, to: hop, in: transaction, wakes: &wakes)
    }
}
