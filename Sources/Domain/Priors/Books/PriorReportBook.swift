// Reports of earlier studies that other nodes lent, and who wants to be told of them.

import Database
import Foundation
import Vocabulary

/// Stateless; every function runs in the caller's transaction.
package struct PriorReportBook: Sendable {
    package init() {}

    // MARK: Wishes

    /// A later wish of the same borrower replaces the one before: what was told is told again.
    package func want(_ wish: PriorReportWish, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO prior_report_wish (study_instance_uid, borrower, query_id, holder, lender, since)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, borrower) DO UPDATE SET query_id = excluded.query_id,
                holder = excluded.holder, lender = excluded.lender, since = excluded.since, told = NULL, refusal = NULL,
                ended_at = NULL
            """, wish.study, wish.borrower, wish.query, wish.holder, wish.lender, wish.since)
    }

    /// Also those that have ended.
    package func wishes(
        for study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [PriorReportWish] {
        try database.rows("SELECT * FROM prior_report_wish WHERE study_instance_uid = ? ORDER BY borrower", study)
            .map(PriorReportWish.init(row:))
    }

    package func wish(
        for study: StudyInstanceUID, by borrower: NodeName, in database: some DatabaseReading
    ) throws -> PriorReportWish? {
        try database.row(
            "SELECT * FROM prior_report_wish WHERE study_instance_uid = ? AND borrower = ?", study, borrower
        ).map(PriorReportWish.init(row:))
    }

    /// A borrower's wishes by questions that are over.
    package func over(
        at now: Timestamp, by borrower: NodeName, in database: some DatabaseReading
    ) throws -> [PriorReportWish] {
        try database.rows(
            """
            SELECT prior_report_wish.* FROM prior_query
            JOIN prior_report_wish ON prior_report_wish.query_id = prior_query.id
            WHERE prior_query.expires_at <= ? AND borrower = ? AND ended_at IS NULL
            ORDER BY study_instance_uid LIMIT 500
            """, now, borrower
        ).map(PriorReportWish.init(row:))
    }

    package func noteTold(_ edition: String, to wish: PriorReportWish, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE prior_report_wish SET told = ?, refusal = NULL WHERE study_instance_uid = ? AND borrower = ?",
            edition, wish.study, wish.borrower)
    }

    package func refuse(_ wish: PriorReportWish, because reason: String, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE prior_report_wish SET refusal = ? WHERE study_instance_uid = ? AND borrower = ?", reason,
            wish.study,
            wish.borrower)
    }

    /// The row stays for what is under way still.
    package func end(_ wish: PriorReportWish, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE prior_report_wish SET ended_at = ?, told = NULL WHERE study_instance_uid = ? AND borrower = ?", now,
            wish.study, wish.borrower)
    }

    // MARK: Reports

    /// - Returns: `false` where a later edition is here already.
    package func keep(
        _ report: PriorReport, from lender: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        if let known = try self.report(of: report.study, in: transaction)?.report, !report.mayReplace(known) {
            return false
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try transaction.execute(
            """
            INSERT INTO prior_report (study_instance_uid, lender, report, received_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET lender = excluded.lender, report = excluded.report,
                received_at = excluded.received_at
            """, report.study, lender, String(decoding: try encoder.encode(report), as: UTF8.self), now)
        return true
    }

    /// As a neighbour lent it, and when it came.
    package func report(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> (report: PriorReport, receivedAt: Timestamp)? {
        try database.row("SELECT * FROM prior_report WHERE study_instance_uid = ?", study).map { row in
            let text: String = try row["report"]
            return (try JSONDecoder().decode(PriorReport.self, from: Data(text.utf8)), try row["received_at"])
        }
    }

    package func forget(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM prior_report WHERE study_instance_uid = ?", study)
    }
}

extension PriorReportWish {
    init(row: Row) throws {
        self.init(
            study: try row["study_instance_uid"], borrower: try row["borrower"], query: try row["query_id"],
            holder: try row["holder"], lender: try row[optional: "lender"], since: try row["since"],
            told: try row[optional: "told"], refusal: try row[optional: "refusal"],
            endedAt: try row[optional: "ended_at"])
    }
}
