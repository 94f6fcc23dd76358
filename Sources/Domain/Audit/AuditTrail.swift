// Writing and reading the trail.

import Database
import Vocabulary

/// Append-only: the schema itself refuses to change or remove a line. Stateless; `record` runs in the transaction of what
/// it records, so that neither happens without the other.
package struct AuditTrail: Sendable {
    package init() {}

    package func record(_ event: AuditEvent, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO audit_event (at, actor_kind, actor, action, outcome, study_instance_uid, sop_instance_uid,
                object, detail, address)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, event.at, event.actor.kind, event.actor.name, event.action, event.outcome, event.study, event.instance,
            event.object, String(event.detail.prefix(AuditEvent.detailLimit)), event.address)
    }

    /// Which lines to read.
    package struct Query: Hashable, Sendable {
        package var study: StudyInstanceUID?
        package var actor: String?
        package var actorKind: AuditActor.Kind?
        package var actions: [AuditAction] = []
        package var outcome: AuditOutcome?
        package var from: Timestamp?
        package var until: Timestamp?
        /// The next page: lines older than this one.
        package var before: Int64?
        package var limit = 100

        package init(study: StudyInstanceUID? = nil) { self.study = study }
    }

    package static let largestPage = 1000

    /// Newest first.
    package func events(_ query: Query, in snapshot: some DatabaseReading) throws -> [AuditRecord] {
        var conditions: [String] = []
        var arguments: [(any DatabaseBindable)?] = []
        func add(_ condition: String, _ argument: (any DatabaseBindable)?) {
            guard let argument else { return }
            conditions.append(condition)
            arguments.append(argument)
        }
        add("study_instance_uid = ?", query.study)
        add("actor = ?", query.actor)
        add("actor_kind = ?", query.actorKind)
        add("outcome = ?", query.outcome)
        add("at >= ?", query.from)
        add("at < ?", query.until)
        add("sequence < ?", query.before)
        if !query.actions.isEmpty {
            conditions.append("action IN (\(query.actions.map { _ in "?" }.joined(separator: ", ")))")
            arguments += query.actions.map { $0 as (any DatabaseBindable)? }
        }
        arguments.append(max(0, min(query.limit, Self.largestPage)))
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try snapshot.rows(
            """
            SELECT sequence, at, actor_kind, actor, action, outcome, study_instance_uid, sop_instance_uid, object,
                detail, address
            FROM audit_event \(filter) ORDER BY sequence DESC LIMIT ?
            """, arguments: arguments
        ).map(AuditRecord.init(row:))
    }

    package func count(in snapshot: some DatabaseReading) throws -> Int {
        try snapshot.row("SELECT count(*) AS number FROM audit_event")?["number"] ?? 0
    }
}

extension AuditRecord {
    init(row: Row) throws {
        sequence = try row["sequence"]
        event = AuditEvent(
            try row["action"], by: AuditActor(kind: try row["actor_kind"], name: try row["actor"]), at: try row["at"],
            outcome: try row["outcome"], study: try row[optional: "study_instance_uid"],
            instance: try row[optional: "sop_instance_uid"], object: try row[optional: "object"],
            detail: try row["detail"], address: try row[optional: "address"])
    }
}
