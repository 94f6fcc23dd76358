// A question for earlier studies on its way out, and the answers on their way back.

import Archive
import Audit
import Database
import Foundation
import Outbox
import Priors
import Vocabulary

/// A question floods the tree as far as its hop limit and is heard once by each node; each answers for itself, and says
/// whom it asked in turn, so that whoever reads knows who has not answered. Answers go back the way the question came.
struct PriorPassing: Sendable {
    /// What one node answers at most.
    static let mostStudies = 200
    private static let mostHops = 16
    /// What all nodes together may answer.
    private static let mostRoutes = 5000
    /// By how much two nodes' clocks may differ before a question counts as over.
    private static let skew: Duration = .seconds(600)

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Asking

    /// Asks the neighbours for the patient of a study that is here.
    func ask(
        _ study: StudyInstanceUID, by user: String, in transaction: Transaction, wakes: inout Wakes
    ) throws -> PriorQuery? {
        let policy = flow.priorPolicy
        guard policy.hops > 0, let facts = try PriorFinder(flow).facts(of: study, in: transaction) else { return nil }
        let now = flow.clock.now()
        let query = PriorQuery(
            id: UUID().uuidString.lowercased(), study: study, asker: flow.node.name, cameFrom: nil, askedBy: user,
            askedAt: now, expiresAt: now + policy.kept)
        guard try flow.priors.note(query, in: transaction) else { return nil }
        try flow.priors.supersede(query, in: transaction)
        let event = PriorsAsked(
            query: query.id, study: study, asker: flow.node.name, patient: policy.linking.disclosed(facts),
            hops: policy.hops - 1, askedAt: now, expiresAt: query.expiresAt)
        let (asked, offline) = try pass(event, except: nil, in: transaction, wakes: &wakes)
        for node in asked {
            try flow.priors.noteAsked(
                node, via: flow.node.name, isOffline: offline.contains(node), for: query.id, at: now, in: transaction)
        }
        try flow.audit.record(
            AuditEvent(
                .priorsAsked, by: .user(user), at: now, study: study, object: query.id,
                detail: asked.map(\.rawValue).joined(separator: " ")), in: transaction)
        wakes.changes.insert(FlowChange(.prior, study))
        return query
    }

    /// - Returns: who was asked, and who of them is silent just now.
    private func pass(
        _ event: PriorsAsked, except peer: NodeName?, in transaction: Transaction, wakes: inout Wakes
    ) throws -> (asked: [NodeName], offline: [NodeName]) {
        var asked: [NodeName] = []
        for neighbour in flow.node.parents + flow.node.children
        where neighbour != peer && neighbour != event.asker && !asked.contains(neighbour) {
            guard try mayKnow(event.patient, neighbour, in: transaction) else { continue }
            try Messenger(flow).send(event, to: neighbour, lane: .urgent, in: transaction, wakes: &wakes)
            asked.append(neighbour)
        }
        let now = flow.clock.now()
        let heard = Dictionary(
            try flow.peerStatuses(in: transaction).map { ($0.peer, $0.heardAt) },
            uniquingKeysWith: { first, _ in first })
        return (asked, asked.filter { LinkSilence.since(heard[$0], now: now) != nil || heard[$0] == nil })
    }

    /// Where patients are known by one hospital's number only, nobody needs to ask the other hospitals below.
    private func mayKnow(
        _ patient: PatientFacts, _ neighbour: NodeName, in transaction: Transaction
    ) throws -> Bool {
        guard flow.node.children.contains(neighbour) else { return true }
        if patient.cardNumber != nil || patient.name != nil || !flow.priorPolicy.linking.rules.isEmpty { return true }
        return try ChildStanding(flow, of: neighbour).holds(patient.identifier.issuer, in: transaction)
    }

    // MARK: Being asked

    /// - Throws: parks the event: one that no version of ours sends.
    func receive(
        _ event: PriorsAsked, from peer: NodeName, isParent: Bool, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        guard (0...Self.mostHops).contains(event.hops), (1...64).contains(event.query.utf8.count),
            event.asker != flow.node.name
        else {
            throw EventError(code: .unreadable, message: "the question for earlier studies from \(peer) is malformed")
        }
        // Nothing is added to a time that a stranger wrote: it may be the last there is.
        guard event.expiresAt > now - Self.skew else { return }
        let right: Right = try isParent ? .byRules : self.right(to: event, of: peer, in: transaction)
        guard right != .none else { return try refuse(event, peer, in: transaction, wakes: &wakes) }
        let byNumberOnly = event.byNumberOnly == true || right == .byNumberOnly
        let query = PriorQuery(
            id: event.query, study: event.study, asker: event.asker, cameFrom: peer, askedBy: "",
            askedAt: event.askedAt, expiresAt: min(event.expiresAt, now + .seconds(14 * 24 * 3600)))
        guard try flow.priors.note(query, in: transaction) else { return }
        let studies = try PriorFinder(flow).studies(
            of: event.patient, besides: event.study, byNumberOnly: byNumberOnly, limit: Self.mostStudies,
            in: transaction)
        var summaries: [PriorSummary] = []
        for (record, basis) in studies {
            let away = try flow.absences.files(of: record.studyInstanceUID, in: transaction).away
            let report = try PriorReports(flow).known(record.studyInstanceUID, in: transaction)?.report
            summaries.append(
                PriorSummary(
                    record, basis, filesAway: away, at: flow.node.name, report: report?.note ?? PriorReportNote()))
            // What was told may be asked for.
            try flow.priors.note(
                PriorRoute(
                    query: event.query, study: record.studyInstanceUID, holder: flow.node.name, via: flow.node.name,
                    hops: 0, summary: nil), in: transaction)
            try audit(.priorAnswered, of: record.studyInstanceUID, event, from: peer, in: transaction)
        }
        let vouched = right == .byNumberOnly ? ", for a hospital unknown here that only \(peer) vouches for" : ""
        try audit(
            .priorsAnswered, of: event.study, event, from: peer,
            "\(summaries.count) studies" + (byNumberOnly ? " by number only" + vouched : ""), in: transaction)
        var further = event
        further.hops -= 1
        if byNumberOnly {
            further.byNumberOnly = true
            further.patient = PatientFacts(identifier: event.patient.identifier)
        }
        let (asked, offline) =
            event.hops > 0 ? try pass(further, except: peer, in: transaction, wakes: &wakes) : ([], [])
        try Messenger(flow).send(
            PriorsAnswered(
                query: event.query, node: flow.node.name, isRefused: false, studies: summaries, asking: asked,
                offline: offline, hops: 0), to: peer, lane: .urgent, in: transaction, wakes: &wakes)
    }

    /// How a question may be answered.
    private enum Right {
        case none
        /// Only with what bears the same hospital's same number: a card or a name could be anybody's.
        case byNumberOnly
        case byRules
    }

    /// A child may ask for patients of studies that it holds or reads: not for another hospital's.
    private func right(
        to event: PriorsAsked, of child: NodeName, in transaction: Transaction
    ) throws -> Right {
        if let origin = try flow.catalogue.origin(of: event.study, in: transaction) {
            let facts = try PriorFinder(flow).facts(of: event.study, in: transaction)
            guard facts == nil || facts?.identifier == event.patient.identifier else { return .none }
            let isItsOwn =
                try origin.viaChild == child || flow.priorLoans.isGiven(event.study, to: child, in: transaction)
            return isItsOwn ? .byRules : .none
        }
        // Not known here: it may be read below and never be sent up, or its announcement is on its way.
        let issuer = event.patient.identifier.issuer
        return switch try ChildStanding(flow, of: child).standing(of: issuer, in: transaction) {
        case .below: .byRules
        case .unheard: .byNumberOnly
        case .elsewhere: .none
        }
    }

    private func refuse(
        _ event: PriorsAsked, _ peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try flow.audit.record(
            AuditEvent(
                .priorsAnswered, by: .node(peer), at: flow.clock.now(), outcome: .refused, study: event.study,
                object: event.query, detail: "asked by \(event.asker), whose patient it is not"), in: transaction)
        try Messenger(flow).send(
            PriorsAnswered(
                query: event.query, node: flow.node.name, isRefused: true, studies: [], asking: [], offline: [],
                hops: 0), to: peer, lane: .urgent, in: transaction, wakes: &wakes)
    }

    // MARK: Answers

    func receive(
        _ event: PriorsAnswered, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard (0...Self.mostHops).contains(event.hops), event.studies.count <= Self.mostStudies,
            event.asking.count <= 1000, event.studies.allSatisfy({ $0.holder == event.node && $0.isOfBoundedLength }),
            maySpeak(peer, for: event.node)
        else {
            throw EventError(code: .unreadable, message: "the answer about earlier studies from \(peer) is malformed")
        }
        // What nobody here asked, or what is over.
        guard let query = try flow.priors.query(event.query, in: transaction), query.cameFrom != peer,
            try flow.priors.countRoutes(of: query.id, in: transaction) + event.studies.count <= Self.mostRoutes
        else { return }
        let (now, isAsker) = (flow.clock.now(), query.cameFrom == nil)
        try flow.priors.forgetAnswers(of: event.node, via: peer, to: query.id, in: transaction)
        let isDoubtful =
            try isAsker && PriorFinder(flow).facts(of: query.study, in: transaction)?.hasDoubtfulCard == true
        for var summary in event.studies {
            // The birth date stays here where no rule compares it: whoever answered could not know.
            if isDoubtful, summary.basis != .samePatientID { summary.basis.certainty = .probable }
            try flow.priors.note(
                PriorRoute(
                    query: query.id, study: summary.study, holder: event.node, via: peer, hops: event.hops + 1,
                    summary: isAsker ? summary : nil), in: transaction)
        }
        if let back = query.cameFrom {
            var relayed = event
            relayed.hops += 1
            try Messenger(flow).send(relayed, to: back, lane: .urgent, in: transaction, wakes: &wakes)
            return
        }
        try flow.priors.noteAnswer(
            of: event.node, via: peer, state: event.isRefused ? .refused : .answered, for: query.id, at: now,
            in: transaction)
        for node in event.asking {
            try flow.priors.noteAsked(
                node, via: event.node, isOffline: event.offline.contains(node), for: query.id, at: now, in: transaction)
        }
        wakes.changes.insert(FlowChange(.prior, query.study))
    }

    /// Nobody for this node, and no child for another: the answers of nodes further away are passed on as they are.
    private func maySpeak(_ peer: NodeName, for node: NodeName) -> Bool {
        let children = flow.node.children
        return node == peer || node != flow.node.name && !(children.contains(node) && children.contains(peer))
    }

    /// The asker is who the question says; the neighbour that brought it is who its certificate says.
    private func audit(
        _ action: AuditAction, of study: StudyInstanceUID, _ event: PriorsAsked, from peer: NodeName,
        _ detail: String? = nil, in transaction: Transaction
    ) throws {
        let way = peer == event.asker ? nil : "asked through \(peer)"
        try flow.audit.record(
            AuditEvent(
                action, by: .node(event.asker), at: flow.clock.now(), study: study, object: event.query,
                detail: [detail, way].compactMap { $0 }.joined(separator: ", ")), in: transaction)
    }
}
