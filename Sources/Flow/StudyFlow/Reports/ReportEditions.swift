// Every release of a report, as it was announced.

import Database
import Foundation
import Reading
import Vocabulary

/// A correction or an addendum replaces nothing: what was released before is kept, and shown for what it is.
package struct ReportEditions: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Releases of the task's report, oldest first; the last is the one that counts.
    package func all(of task: TaskID, in database: some DatabaseReading) throws -> [HomecomingReport] {
        // One from before releases were kept may stand here twice; the later row knows more.
        let rows = try database.rows("SELECT * FROM report_edition WHERE task_id = ? ORDER BY version", task)
        var byVersion: [Int: HomecomingReport] = [:]
        for row in rows {
            let edition = try HomecomingReport(edition: row)
            byVersion[edition.announcement.report.version] = edition
        }
        return byVersion.sorted { $0.key < $1.key }.map(\.value)
    }

    package func edition(
        _ version: Int, of task: TaskID, in database: some DatabaseReading
    ) throws -> HomecomingReport? {
        try all(of: task, in: database).first { $0.announcement.report.version == version }
    }

    /// Of every report that is here, whatever became of it since.
    package func here(in database: some DatabaseReading) throws -> [HomecomingReport] {
        try database.rows("SELECT * FROM report_edition WHERE arrived_at IS NOT NULL ORDER BY task_id, version")
            .map(HomecomingReport.init(edition:))
    }

    /// Told again, only the arrival is news.
    func keep(
        _ event: ReportAvailable, _ text: String, source: NodeName, arrivedAt: Timestamp?, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO report_edition (task_id, version, study_instance_uid, source, announcement, announced_at,
                arrived_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id, version) DO UPDATE SET announcement = excluded.announcement,
                arrived_at = excluded.arrived_at
            """, event.task, event.report.version, event.study, source, text, flow.clock.now(), arrivedAt)
    }
}

extension HomecomingReport {
    init(edition row: Row) throws {
        let text: String = try row["announcement"]
        self.init(
            announcement: try JSONDecoder().decode(ReportAvailable.self, from: Data(text.utf8)),
            source: try row["source"], announcedAt: try row["announced_at"],
            arrivedAt: try row[optional: "arrived_at"], attempts: 0)
    }
}

enum ReportEditionSchema {
    static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create report_edition",
            """
            CREATE TABLE report_edition (
                task_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                study_instance_uid TEXT NOT NULL,
                source TEXT NOT NULL,
                announcement TEXT NOT NULL,
                announced_at BIGINT NOT NULL,
                arrived_at BIGINT,
                PRIMARY KEY (task_id, version)
            );
            CREATE INDEX report_edition_study ON report_edition (study_instance_uid);
            INSERT INTO report_edition (task_id, version, study_instance_uid, source, announcement, announced_at,
                arrived_at)
            SELECT task_id, 0, study_instance_uid, source, announcement, announced_at, arrived_at
            FROM report_homecoming
            """)
    ]
}
