// What each event from another node does here.

import Archive
import Audit
import Database
import Foundation
import Observability
import Outbox
import Reading
import Relay
import Vocabulary

/// One event is applied in one transaction together with the cursor that says so; applied twice, it changes nothing.
struct EventApplication: Sendable {
    private let flow: FlowContext
    private let verifier: ReceiptVerifier

    init(_ flow: FlowContext, verifier: ReceiptVerifier) {
        self.flow = flow
        self.verifier = verifier
    }

    /// - Throws: what makes the inbox park the event: an unknown type or version, a payload that can't be read, a sender
    ///   that has no business sending it.
    func apply(
        _ envelope: Envelope, from peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let isParent = flow.node.parents.contains(peer)
        switch (envelope.type, isParent) {
        case (StudyCorrected.type, _):
            try CorrectionTravel(flow).heard(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (StudyAnnounced.type, false):
            try announced(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (StudySettled.type, false):
            try settled(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (ReceiptsRequested.type, false):
            try ReceiptChase(flow).answer(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (InstancesCompressed.type, false):
            try AcquiredForms(flow).claimed(try decode(envelope), by: peer, in: transaction, wakes: &wakes)
        case (ReceiptsAboveRequested.type, false):
            try ReceiptChase(flow).answerFromAbove(
                try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (TaskOffered.type, false):
            let event: TaskOffered = try decode(envelope)
            try ChildStanding(flow, of: peer).check(event.offer.study, origin: event.offer.origin, in: transaction)
            try TaskPassing(flow).receive(event.offer, from: peer, in: transaction, wakes: &wakes)
        case (TaskWithdrawn.type, false):
            let event: TaskWithdrawn = try decode(envelope)
            try ChildStanding(flow, of: peer).check(event.offer.study, origin: event.offer.origin, in: transaction)
            try TaskRecalling(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (ReportDelivered.type, false):
            let event: ReportDelivered = try decode(envelope)
            try ReportHomecoming(flow).heardDelivered(event, from: peer, in: transaction, wakes: &wakes)
        case (ReportAcknowledged.type, false):
            let event: ReportAcknowledged = try decode(envelope)
            try ReportHomecoming(flow).heardAcknowledged(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorityChanged.type, false):
            try priorityChanged(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (StudyTextTold.type, false):
            try StudyText(flow).heard(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (ReceiptsIssued.type, true):
            try receipts(try decode(envelope), in: transaction, wakes: &wakes)
        case (CompressionRefuted.type, true):
            try AcquiredForms(flow).sendAsAcquired(try decode(envelope), to: peer, in: transaction, wakes: &wakes)
        case (StudyPassedOn.type, true):
            try OnwardPassage(flow).heard(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (InstancesMissing.type, true):
            let event: InstancesMissing = try decode(envelope)
            try ReceiptChase(flow).sendAgain(event, to: peer, in: transaction, wakes: &wakes)
        case (InstancesWanted.type, true):
            try FilesSentAgain(flow).answer(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (InstancesUnavailable.type, false):
            try FilesSentAgain(flow).heard(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (TaskAnswered.type, true):
            let event: TaskAnswered = try decode(envelope)
            try TaskPassing(flow).receive(event, in: transaction, wakes: &wakes)
        case (TaskChanged.type, true):
            let event: TaskChanged = try decode(envelope)
            try TaskPassing(flow).receive(event.notice, in: transaction, wakes: &wakes)
        case (CriticalResultTold.type, _):
            try CriticalResultPassing(flow).receive(
                try decode(envelope), from: peer, isParent: isParent, in: transaction, wakes: &wakes)
        case (PriorsAsked.type, _):
            try PriorPassing(flow).receive(
                try decode(envelope), from: peer, isParent: isParent, in: transaction, wakes: &wakes)
        case (PriorsAnswered.type, _):
            let event: PriorsAnswered = try decode(envelope)
            try PriorPassing(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorWanted.type, _):
            let event: PriorWanted = try decode(envelope)
            try PriorLending(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorUnavailable.type, _):
            let event: PriorUnavailable = try decode(envelope)
            try PriorLending(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorReportWanted.type, _):
            let event: PriorReportWanted = try decode(envelope)
            try PriorReports(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorReportTold.type, _):
            let event: PriorReportTold = try decode(envelope)
            try PriorReports(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (PriorGranted.type, true):
            let event: PriorGranted = try decode(envelope)
            try PriorLending(flow).receive(event, from: peer, in: transaction, wakes: &wakes)
        case (TeachingShared.type, true):
            let event: TeachingShared = try decode(envelope)
            try PeerReviewDesk(flow).heard(event.note, in: transaction, wakes: &wakes)
        case (StudyReminded.type, false):
            let event: StudyReminded = try decode(envelope)
            try ChildStanding(flow, of: peer).check(event.study, origin: event.node, in: transaction)
            try ReminderDesk(flow).hear(event, by: .node(peer), in: transaction, wakes: &wakes)
        case (ImageQualityTold.type, true):
            try QualityPassing(flow).receive(try decode(envelope), from: peer, in: transaction, wakes: &wakes)
        case (RetakeTold.type, _):
            try QualityPassing(flow).receive(
                try decode(envelope), from: peer, isParent: isParent, in: transaction, wakes: &wakes)
        case (ReportAvailable.type, true):
            try ReportHomecoming(flow).announced(try decode(envelope), by: peer, in: transaction, wakes: &wakes)
        default:
            throw EventError(
                code: .unexpected,
                message: "event '\(envelope.type)' from \(peer) is not one that this version takes from a "
                    + (isParent ? "parent" : "child"))
        }
    }

    private func decode<Event: NodeEvent>(_ envelope: Envelope) throws -> Event {
        guard envelope.version <= Event.version else {
            throw EventError(
                code: .unexpected,
                message: "event '\(envelope.type)' has version \(envelope.version), this node knows \(Event.version); "
                    + "update this node")
        }
        do {
            return try JSONDecoder().decode(Event.self, from: Data(envelope.payload.utf8))
        } catch {
            throw EventError(code: .unreadable, message: "event '\(envelope.type)' can't be read")
        }
    }

    // MARK: From below

    private func announced(
        _ event: StudyAnnounced, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let known = try flow.catalogue.origin(of: event.study, in: transaction)
        let standing = ChildStanding(flow, of: child)
        if known == nil || known?.viaChild == child && known?.issuer != event.issuer {
            try standing.check(
                issuer: event.issuer, origin: event.origin, of: "study \(event.study)", in: transaction)
        }
        if let known, known.viaChild == child, known.issuer != event.issuer {
            // Its first images were quicker than the announcement; the issuer was a guess.
            try flow.catalogue.assign(
                issuer: event.issuer, origin: event.origin, to: event.study, in: transaction)
        } else if known == nil {
            _ = try flow.catalogue.claim(
                StudyOrigin(
                    studyInstanceUID: event.study, issuer: event.issuer, originNode: event.origin, viaChild: child,
                    recordedAt: now), in: transaction)
        } else if let known, known.viaChild != child {
            throw EventError(
                code: .conflict,
                message: "study \(event.study) came from \(known.originNode) and is announced by \(child) as well; "
                    + "one Study Instance UID can't belong to two hospitals")
        }
        if event.isCustodyCopy == true {
            // What is on its way to be read already is no mere copy.
            if try flow.passages.passage(of: event.study, in: transaction) == nil {
                try flow.custody.keep(event.study, for: child, at: now, in: transaction)
            }
        } else {
            try CustodyCopies(flow).release(event.study, in: transaction, wakes: &wakes)
        }
        let setAt = event.prioritySetAt ?? Timestamp(milliseconds: 0)
        try flow.passages.expect(event.study, priority: event.priority, setAt: setAt, at: now, in: transaction)
        if let passage = try flow.passages.passage(of: event.study, in: transaction), setAt >= passage.prioritySetAt {
            try StudyPriority(flow).set(
                event.priority, of: event.study, setAt: setAt, by: .node(child), in: transaction, wakes: &wakes)
        }
        try flow.manifests.announce(event.study, count: event.instanceCount, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(.studyAnnounced, by: .node(child), at: now, study: event.study), in: transaction)
        wakes.changes.insert(FlowChange(.study, event.study))
        if let order = event.order {
            try check(order, of: event.study, standing, in: transaction)
            let stored = try flow.orders.upsert(order, in: transaction)
            if stored.isNews, stored.order.state == .matched {
                try OrderMatching(flow).joined(
                    stored.order, event.study, by: .node(child), in: transaction, wakes: &wakes)
            }
        }
    }

    /// Of an order that was placed elsewhere, only its own node says more; and none takes another study's order away.
    private func check(
        _ order: Order, of study: StudyInstanceUID, _ standing: ChildStanding, in transaction: Transaction
    ) throws {
        let known = try flow.orders.order(order.id, in: transaction)
        // What this node placed itself came back: nothing in it is taken.
        if known?.origin == flow.node.name { return }
        guard order.matchedStudy == nil || order.matchedStudy == study, known == nil || known?.origin == order.origin
        else {
            throw EventError(
                code: .conflict,
                message: "the order that comes with study \(study) is another study's or another node's")
        }
        if known == nil {
            try standing.check(
                issuer: order.issuer, origin: order.origin, of: "the order of study \(study)", in: transaction)
        }
    }

    /// May overtake the study's announcement: it travels in the urgent lane.
    private func priorityChanged(
        _ event: PriorityChanged, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let origin = try flow.catalogue.origin(of: event.study, in: transaction)
        guard origin == nil || origin?.viaChild == child else {
            throw EventError(
                code: .conflict, message: "\(child) sets the priority of study \(event.study), which is not its own")
        }
        let now = flow.clock.now()
        try flow.passages.expect(
            event.study, priority: .routine, setAt: Timestamp(milliseconds: 0), at: now, in: transaction)
        try StudyPriority(flow).set(
            event.priority, of: event.study, setAt: event.setAt ?? now, by: .node(child), in: transaction,
            wakes: &wakes)
    }

    private func settled(
        _ event: StudySettled, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard event.manifest.studyInstanceUID == event.study else {
            throw EventError(
                code: .unreadable, message: "\(child) settles study \(event.study) with the manifest of another")
        }
        // What another hospital's study consists of is not this child's to say.
        let known = try flow.catalogue.origin(of: event.study, in: transaction)
        if known == nil {
            try ChildStanding(flow, of: child).check(event.origin, of: "study \(event.study)", in: transaction)
        }
        if let known, known.viaChild != child {
            throw EventError(
                code: .conflict,
                message: "study \(event.study) came from \(known.originNode) and is settled by \(child) as well; "
                    + "one Study Instance UID can't belong to two hospitals")
        }
        try flow.manifests.store(event.manifest, at: flow.clock.now(), in: transaction)
        try StudySettlement(flow).settleIfWhole(event.study, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.study, event.study))
    }

    // MARK: From above

    private func receipts(
        _ event: ReceiptsIssued, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let verified = try verifier.verify(event.receipt)
        try flow.receipts.record(verified, at: now, in: transaction)
        try flow.deliveries.markDone(byReceiptsOf: verified.node, items: verified.items, at: now, in: transaction)
        wakes.compression = true
        wakes.changes.insert(FlowChange(.queue))
        // On down toward the node that acquired them, so that it can prove where its studies are.
        var below: Set<NodeName> = []
        for study in Set(verified.items.map(\.studyInstanceUID)) {
            wakes.changes.insert(FlowChange(.study, study))
            try OnwardPassage(flow).review(study, in: transaction)
            if let child = try flow.catalogue.origin(of: study, in: transaction)?.viaChild { below.insert(child) }
        }
        for child in below { try Messenger(flow).send(event, to: child, in: transaction, wakes: &wakes) }
    }
}

/// Why an event is parked. Equal when the codes are.
package struct EventError: ClassifiedError, Hashable {
    package enum Code: String, Sendable { case unexpected, unreadable, conflict }

    package let code: Code
    package let message: String

    package var isRetriable: Bool { false }
    package var label: String { "event_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
