// A released report's way down to the hospital, and the answer's way up.

import Archive
import Audit
import Database
import Foundation
import Reading
import Vocabulary

/// What is known of one report on its way through this node.
package struct HomecomingReport: Hashable, Sendable {
    package var announcement: ReportAvailable
    /// The node above that it came from; this node where it was made here.
    package var source: NodeName
    package var announcedAt: Timestamp
    /// When its instances were safe here.
    package var arrivedAt: Timestamp?
    package var attempts: Int
    package var nextAttemptAt: Timestamp?
    package var lastError: String?
}

/// The transactions; `HomecomingService` does the fetching.
package struct ReportHomecoming: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Down

    /// A node above has a report for us.
    func announced(
        _ event: ReportAvailable, by parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        if let known = try report(of: event.task, in: transaction),
            known.announcement.report.version >= event.report.version
        {
            return
        }
        try store(event, source: parent, arrivedAt: nil, in: transaction)
        try PriorReports(flow).tell(event.study, in: transaction, wakes: &wakes)
        wakes.homecoming = true
        wakes.changes.insert(FlowChange(.report, event.study))
    }

    /// The report's instances are durable here, fetched or made.
    func arrived(
        _ event: ReportAvailable, source: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        try store(event, source: source, arrivedAt: now, in: transaction)
        try PriorReports(flow).tell(event.study, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.report, event.study))
        if let below = try below(event.task, event.study, in: transaction) {
            try Messenger(flow).send(event, to: below, in: transaction, wakes: &wakes)
            return
        }
        try flow.tasks.delivered(event.task, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .reportDelivered, by: .system("report homecoming"), at: now, study: event.study,
                object: event.task.rawValue), in: transaction)
        try tellAbove(
            ReportDelivered(task: event.task, version: event.report.version), source: source, in: transaction,
            wakes: &wakes)
    }

    // MARK: Up

    func heardDelivered(
        _ event: ReportDelivered, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let known = try answered(event.task, event.version, by: child, in: transaction) else { return }
        try flow.tasks.delivered(event.task, at: flow.clock.now(), in: transaction)
        wakes.changes.insert(FlowChange(.report, known.announcement.study))
        try tellAbove(event, source: known.source, in: transaction, wakes: &wakes)
    }

    func heardAcknowledged(
        _ event: ReportAcknowledged, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let known = try answered(event.task, event.version, by: child, in: transaction) else { return }
        try flow.tasks.acknowledged(event.task, byName: event.byName, at: flow.clock.now(), in: transaction)
        wakes.changes.insert(FlowChange(.report, known.announcement.study))
        try tellAbove(event, source: known.source, in: transaction, wakes: &wakes)
    }

    /// - Returns: `nil` where another edition was answered than the one that is known.
    /// - Throws: where the child is not the one that was told of the report.
    private func answered(
        _ task: TaskID, _ version: Int, by child: NodeName, in transaction: Transaction
    ) throws -> HomecomingReport? {
        guard let known = try report(of: task, in: transaction) else { return nil }
        guard try below(task, known.announcement.study, in: transaction) == child else {
            throw EventError(
                code: .conflict,
                message: "\(child) answers for a report of study \(known.announcement.study), which did not go to it")
        }
        return known.announcement.report.version == version ? known : nil
    }

    private func below(
        _ task: TaskID, _ study: StudyInstanceUID, in transaction: Transaction
    ) throws -> NodeName? {
        try flow.catalogue.origin(of: study, in: transaction)?.viaChild
            ?? flow.tasks.task(task, in: transaction)?.cameFrom
    }

    /// Somebody at the hospital has seen it.
    func acknowledge(
        _ task: TaskID, by person: Person, in transaction: Transaction, wakes: inout Wakes
    ) throws -> ReadingTask {
        let now = flow.clock.now()
        let changed = try flow.tasks.acknowledged(task, byName: person.displayName, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .reportAcknowledged, by: .user(person.user), at: now, study: changed.study, object: task.rawValue),
            in: transaction)
        wakes.changes.insert(FlowChange(.report, changed.study))
        if let known = try report(of: task, in: transaction) {
            try tellAbove(
                ReportAcknowledged(
                    task: task, version: known.announcement.report.version, byName: person.displayName),
                source: known.source, in: transaction, wakes: &wakes)
        }
        return changed
    }

    private func tellAbove(
        _ event: some NodeEvent, source: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard source != flow.node.name else { return }
        try Messenger(flow).send(event, to: source, in: transaction, wakes: &wakes)
    }

    // MARK: The table

    package func report(of task: TaskID, in database: some DatabaseReading) throws -> HomecomingReport? {
        try database.row("SELECT * FROM report_homecoming WHERE task_id = ?", task).map(HomecomingReport.init(row:))
    }

    /// Of each of the study's tasks the release that counts.
    func reports(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [HomecomingReport] {
        try database.rows("SELECT * FROM report_homecoming WHERE study_instance_uid = ? ORDER BY task_id", study)
            .map(HomecomingReport.init(row:))
    }

    /// Reports whose instances are still above, the longest waiting first.
    package func outstanding(at now: Timestamp, in database: some DatabaseReading) throws -> [HomecomingReport] {
        try database.rows(
            """
            SELECT * FROM report_homecoming WHERE arrived_at IS NULL AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
            ORDER BY announced_at LIMIT 50
            """, now
        ).map(HomecomingReport.init(row:))
    }

    /// A report of the study was announced and is still above.
    func isExpected(for study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row(
            "SELECT 1 FROM report_homecoming WHERE study_instance_uid = ? AND arrived_at IS NULL LIMIT 1", study) != nil
    }

    func failed(_ task: TaskID, error: String, nextAttemptAt: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE report_homecoming SET attempts = attempts + 1, last_error = ?, next_attempt_at = ? WHERE task_id = ?
            """, error, nextAttemptAt, task)
    }

    private func store(
        _ event: ReportAvailable, source: NodeName, arrivedAt: Timestamp?, in transaction: Transaction
    ) throws {
        let text = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        try transaction.execute(
            """
            INSERT INTO report_homecoming (task_id, study_instance_uid, source, announcement, announced_at, arrived_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET source = excluded.source, announcement = excluded.announcement,
                announced_at = excluded.announced_at, arrived_at = excluded.arrived_at, attempts = 0,
                next_attempt_at = NULL, last_error = NULL
            """, event.task, event.study, source, text, flow.clock.now(), arrivedAt)
        try ReportEditions(flow).keep(event, text, source: source, arrivedAt: arrivedAt, in: transaction)
    }
}

extension HomecomingReport {
    init(row: Row) throws {
        let text: String = try row["announcement"]
        announcement = try JSONDecoder().decode(ReportAvailable.self, from: Data(text.utf8))
        source = try row["source"]
        announcedAt = try row["announced_at"]
        arrivedAt = try row[optional: "arrived_at"]
        attempts = try row["attempts"]
        nextAttemptAt = try row[optional: "next_attempt_at"]
        lastError = try row[optional: "last_error"]
    }
}
