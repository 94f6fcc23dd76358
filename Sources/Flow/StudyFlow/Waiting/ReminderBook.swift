// Somebody asks for a study to be read.

import Audit
import Database
import Foundation
import Reading
import Vocabulary

/// Kept at every node that a reminder passes. Stateless; every function runs in the caller's transaction.
package struct ReminderBook: Sendable {
    static let migration = Migration(
        "2026-11-21 create study_reminder",
        """
        CREATE TABLE study_reminder (
            id TEXT PRIMARY KEY NOT NULL,
            study_instance_uid TEXT NOT NULL,
            node TEXT NOT NULL,
            by_name TEXT NOT NULL,
            heard_at BIGINT NOT NULL
        );
        CREATE INDEX study_reminder_study ON study_reminder (study_instance_uid, heard_at);
        CREATE INDEX quarantine_study ON quarantine (study_instance_uid)
        """)

    package init() {}

    package func count(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> (number: Int, last: Timestamp?) {
        let row = try database.row(
            "SELECT count(*) AS number, max(heard_at) AS last FROM study_reminder WHERE study_instance_uid = ?", study)
        return (try row?["number"] ?? 0, try row?[optional: "last"])
    }

    /// - Returns: `false` when it is known already.
    func note(_ reminder: StudyReminded, at time: Timestamp, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO study_reminder (id, study_instance_uid, node, by_name, heard_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """, reminder.id.uuidString.lowercased(), reminder.study, reminder.node, reminder.byName, time) == 1
    }
}

/// Up, in the urgent lane: the hospital asks for this study to be read.
package struct StudyReminded: NodeEvent {
    package static let type = "study-reminded"
    package var id: UUID
    package var study: StudyInstanceUID
    package var node: NodeName
    package var byName: String
}

package struct ReminderDesk: Sendable {
    /// A second reminder within this time says nothing new.
    package static let rest: Duration = .seconds(600)

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: `false` when somebody reminded a moment ago.
    package func remind(_ study: StudyInstanceUID, by person: Person) async throws -> Bool {
        let (isNew, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let now = flow.clock.now()
            let last = try flow.reminders.count(of: study, in: transaction).last
            if let last, now.elapsed(since: last) < Self.rest, now >= last { return (false, wakes) }
            let reminder = StudyReminded(id: UUID(), study: study, node: flow.node.name, byName: person.displayName)
            try hear(reminder, by: .user(person.user), in: transaction, wakes: &wakes)
            return (true, wakes)
        }
        wakes.ring(flow.signals)
        return isNew
    }

    /// Noted here, and passed on toward whoever owns the task.
    func hear(
        _ reminder: StudyReminded, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        guard try flow.reminders.note(reminder, at: now, in: transaction) else { return }
        try flow.audit.record(
            AuditEvent(.studyReminded, by: actor, at: now, study: reminder.study, detail: "from \(reminder.node)"),
            in: transaction)
        wakes.changes.insert(FlowChange(.task, reminder.study))
        let task = try flow.tasks.currentTask(of: reminder.study, in: transaction)
        if let task, task.isOwned(by: flow.node.name), task.state != .offered { return }
        let hop = try task?.offeredTo ?? flow.passages.passage(of: reminder.study, in: transaction)?.decision?.nextHop
        guard let hop, flow.node.parents.contains(hop) else { return }
        try Messenger(flow).send(reminder, to: hop, lane: .urgent, in: transaction, wakes: &wakes)
    }
}
