// Hops further up that a study still has before it.

import Database
import Vocabulary

/// A hop between two nodes above this one. Known from the node that owes it, proven by the receipts of the node it leads to.
package struct OnwardHop: Hashable, Sendable {
    package var study: StudyInstanceUID
    /// Owes the study.
    package var from: NodeName
    package var to: NodeName
    /// When `from` began to owe it, by that node's clock.
    package var since: Timestamp
    /// When the receipts of `to` for the whole study were here; `nil` again when the study has grown.
    package var provenAt: Timestamp?
    /// The parent that told of it, and would know of receipts.
    package var heardFrom: NodeName
}

/// Stateless; every function runs in the caller's transaction.
package struct OnwardHopLedger: Sendable {
    package init() {}

    /// The same again changes nothing.
    ///
    /// - Returns: whether it was news.
    @discardableResult
    func record(
        _ event: StudyPassedOn, from parent: NodeName, in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO onward_hop (study_instance_uid, from_node, to_node, since, heard_from) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, to_node) DO NOTHING
            """, event.study, event.from, event.to, event.since, parent) > 0
    }

    package func hops(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [OnwardHop] {
        try database.rows("SELECT * FROM onward_hop WHERE study_instance_uid = ? ORDER BY since, to_node", study)
            .map(OnwardHop.init(row:))
    }

    func setProven(_ hop: OnwardHop, at time: Timestamp?, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE onward_hop SET proven_at = ? WHERE study_instance_uid = ? AND to_node = ?", time, hop.study, hop.to)
    }

    /// Unproven hops whose receipts should be asked for: first when `patience` has passed, then whenever as much time has
    /// passed again as the hop has been owed, so that a night's outage costs a dozen questions and not thousands.
    func askable(
        at now: Timestamp, patience: Duration, longest: Duration, limit: Int, in database: some DatabaseReading
    ) throws -> [OnwardHop] {
        try database.rows(
            """
            SELECT * FROM onward_hop
            WHERE proven_at IS NULL AND since <= ? AND (asked_at IS NULL OR asked_at <= ? OR ? - asked_at > asked_at - since)
                AND (asked_at IS NULL OR asked_at <= ?)
            ORDER BY since LIMIT ?
            """, now - patience, now - longest, now.milliseconds, now - patience, limit
        ).map(OnwardHop.init(row:))
    }

    func markAsked(_ hops: [OnwardHop], at now: Timestamp, in transaction: Transaction) throws {
        for hop in hops {
            try transaction.execute(
                "UPDATE onward_hop SET asked_at = ? WHERE study_instance_uid = ? AND to_node = ?", now, hop.study,
                hop.to)
        }
    }
}

/// What the flow does with such hops.
struct OnwardPassage: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// This node owes the study to `hop`: whoever is below hears of it.
    func tellBelow(
        _ study: StudyInstanceUID, to hop: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let child = try flow.catalogue.origin(of: study, in: transaction)?.viaChild else { return }
        let event = StudyPassedOn(study: study, from: flow.node.name, to: hop, since: flow.clock.now())
        try Messenger(flow).send(event, to: child, in: transaction, wakes: &wakes)
    }

    /// A parent told that the study goes on.
    func heard(
        _ event: StudyPassedOn, from parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let origin = try flow.catalogue.origin(of: event.study, in: transaction) else { return }
        try flow.onwardHops.record(event, from: parent, in: transaction)
        try review(event.study, in: transaction)
        wakes.changes.insert(FlowChange(.study, event.study))
        if let child = origin.viaChild { try Messenger(flow).send(event, to: child, in: transaction, wakes: &wakes) }
    }

    /// Compares what is proven with what the study consists of; to be called when either has changed.
    func review(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        let hops = try flow.onwardHops.hops(of: study, in: transaction)
        guard !hops.isEmpty else { return }
        let isSettled = try flow.passages.isOpen(study, in: transaction) == false
        let expected = try flow.manifests.settledCount(of: study, in: transaction)
        let safe = try flow.receipts.safeAt(study, in: transaction)
        for hop in hops {
            let held = safe.first { $0.node == hop.to }?.instances ?? 0
            let isProven = isSettled && expected.map { held >= $0 } ?? false
            guard isProven != (hop.provenAt != nil) else { continue }
            try flow.onwardHops.setProven(hop, at: isProven ? flow.clock.now() : nil, in: transaction)
        }
    }
}

extension OnwardHop {
    init(row: Row) throws {
        study = try row["study_instance_uid"]
        from = try row["from_node"]
        to = try row["to_node"]
        since = try row["since"]
        provenAt = try row[optional: "proven_at"]
        heardFrom = try row["heard_from"]
    }
}
