// A critical result's way down to the hospital, and the answer's way up.

import Archive
import Audit
import CriticalResults
import Database
import Reading
import Vocabulary

/// Every change is told to the neighbours on the study's way, except to the one it came from. Ends, because only a change
/// is passed on.
package struct CriticalResultPassing: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Throws: parks the event: a child that tells of what it was never told, a study that is not of this node.
    func receive(
        _ event: CriticalResultTold, from peer: NodeName, isParent: Bool, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        let (told, now) = (event.result, flow.clock.now())
        guard told.note.count <= CriticalResult.longestNote, told.arrivals.count <= CriticalResult.mostNodes,
            told.acknowledgements.count <= CriticalResult.mostNodes
        else {
            throw EventError(code: .unreadable, message: "the critical result from \(peer) is larger than any may be")
        }
        let below = try below(told, in: transaction)
        if isParent {
            guard try flow.catalogue.origin(of: told.study, in: transaction) != nil else {
                throw EventError(
                    code: .conflict,
                    message: "\(peer) tells of a critical result of study \(told.study), which is not "
                        + "known here")
            }
        } else if below != peer {
            throw EventError(
                code: .conflict, message: "\(peer) answers for study \(told.study), which does not come from it")
        }
        let before = try flow.criticalResults.result(told.id, in: transaction)
        guard
            let after = try flow.criticalResults.hear(
                told, from: peer, isParent: isParent, at: now, in: transaction)
        else { return }
        try auditNews(after.result, since: before?.result, by: .node(peer), in: transaction)
        // Who told of it knows all of this but the arrival here.
        let isNew = before == nil
        try tell(after, except: isNew ? nil : peer, in: transaction, wakes: &wakes)
    }

    /// Tells the neighbours on the way of what happened here.
    func tell(
        _ known: KnownCriticalResult, except peer: NodeName? = nil, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let neighbours = Set([known.cameFrom, try below(known.result, in: transaction)].compactMap { $0 })
        for neighbour in neighbours.sorted() where neighbour != peer {
            try Messenger(flow).send(
                CriticalResultTold(result: known.result), to: neighbour, lane: .urgent, in: transaction, wakes: &wakes)
        }
        wakes.changes.insert(FlowChange(.critical, known.result.study))
    }

    /// Each step stands on the trail of each node that hears of it.
    func auditNews(
        _ after: CriticalResult, since before: CriticalResult?, by actor: AuditActor, in transaction: Transaction
    ) throws {
        func record(_ action: AuditAction, _ detail: String) throws {
            try flow.audit.record(
                AuditEvent(
                    action, by: actor, at: flow.clock.now(), study: after.study,
                    object: after.id.uuidString.lowercased(), detail: detail), in: transaction)
        }
        if before == nil { try record(.criticalResult, "\(after.code) by \(after.markedBy) at \(after.owner)") }
        for arrival in after.arrivals where before?.arrivals.contains(where: { $0.node == arrival.node }) != true {
            try record(.criticalResultArrived, "at \(arrival.node)")
        }
        let known = before?.acknowledgements.map(\.node) ?? []
        for said in after.acknowledgements where !known.contains(said.node) {
            try record(
                .criticalResultAcknowledged,
                "by \(said.user) at \(said.node)\(said.told.isEmpty ? "" : ", told")"
                    + "\(said.wasReadBack ? ", read back" : "")")
        }
        if after.level > before?.level ?? 0 { try record(.criticalResultEscalated, "step \(after.level)") }
        if after.withdrawal != nil, before?.withdrawal == nil {
            try record(.criticalResultWithdrawn, "at \(after.owner)")
        }
    }

    private func below(_ result: CriticalResult, in transaction: Transaction) throws -> NodeName? {
        try flow.catalogue.origin(of: result.study, in: transaction)?.viaChild
            ?? TaskID(rawValue: result.task).flatMap { try flow.tasks.task($0, in: transaction)?.cameFrom }
    }
}
