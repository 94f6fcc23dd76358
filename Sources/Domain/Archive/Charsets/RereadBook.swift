// How far the studies of a modality have been read again.

import Database
import Vocabulary

/// One run through all studies of a source, in the order of their UIDs. It goes on where it was after a restart; a newer
/// setting starts it anew.
package struct RereadJob: Hashable, Sendable {
    package var source: String
    package var setBy: String
    package var setAt: Timestamp
    /// The last study that was looked at.
    package var cursor: String
    /// `nil` before they are counted.
    package var total: Int?
    package var done: Int
    /// Of those, how many read differently now.
    package var changed: Int
    /// Without any file here to read: evicted. The nodes above, which hold them, are told all the same.
    package var away: Int
    package var failed: Int
    package var finishedAt: Timestamp?
}

package struct RereadBook: Sendable {
    package init() {}

    package func begin(source: String, by actor: String, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO reread_job (source_name, set_by, set_at) VALUES (?, ?, ?)
            ON CONFLICT (source_name) DO UPDATE SET set_by = excluded.set_by, set_at = excluded.set_at, cursor = '',
                total = NULL, done = 0, changed = 0, away = 0, failed = 0, finished_at = NULL
            """, source, actor, time)
    }

    package func jobs(in database: some DatabaseReading) throws -> [RereadJob] {
        try database.rows("SELECT * FROM reread_job ORDER BY source_name").map(RereadJob.init(row:))
    }

    /// The one that waits longest.
    package func open(in database: some DatabaseReading) throws -> RereadJob? {
        try database.row("SELECT * FROM reread_job WHERE finished_at IS NULL ORDER BY set_at LIMIT 1")
            .map(RereadJob.init(row:))
    }

    /// Who brought a series, by any one of its instances: there are many.
    private static let sourceOfSeries = """
        (SELECT source_kind || ' ' || source_name FROM sop_instance
            WHERE sop_instance.study_instance_uid = series.study_instance_uid
                AND sop_instance.series_instance_uid = series.series_instance_uid LIMIT 1)
        """
    private static let ofSource = """
        EXISTS (SELECT 1 FROM series WHERE series.study_instance_uid = study.study_instance_uid
            AND series_network_made = 0 AND \(sourceOfSeries) IN ('modality ' || ?, 'folder ' || ?))
        """

    package func count(of source: String, in database: some DatabaseReading) throws -> Int {
        try database.row("SELECT count(*) AS number FROM study WHERE \(Self.ofSource)", source, source)
            .map { try $0["number"] } ?? 0
    }

    package func note(total: Int, of job: RereadJob, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE reread_job SET total = ? WHERE source_name = ? AND set_at = ?", total, job.source, job.setAt)
    }

    package func next(
        after job: RereadJob, limit: Int, in database: some DatabaseReading
    ) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT study_instance_uid FROM study WHERE study_instance_uid > ? AND \(Self.ofSource)
            ORDER BY study_instance_uid LIMIT ?
            """, job.cursor, job.source, job.source, limit
        ).map { try $0["study_instance_uid"] }
    }

    /// - Returns: whether the job is still the one that is wanted; nothing is noted for one that was begun anew.
    @discardableResult
    package func advance(
        _ job: RereadJob, past study: StudyInstanceUID, changed: Bool, away: Bool, failed: Bool,
        in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE reread_job SET cursor = ?, done = done + 1, changed = changed + ?, away = away + ?,
                failed = failed + ?
            WHERE source_name = ? AND set_at = ?
            """, study, changed ? 1 : 0, away ? 1 : 0, failed ? 1 : 0, job.source, job.setAt) > 0
    }

    package func finish(_ job: RereadJob, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE reread_job SET finished_at = ? WHERE source_name = ? AND set_at = ?", time, job.source, job.setAt)
    }

    // MARK: For the preview

    /// What has sent here, the last one first, with how many studies.
    package func sources(in database: some DatabaseReading) throws -> [TextSource] {
        try database.rows(
            """
            SELECT source, count(DISTINCT study_instance_uid) AS studies, max(series_last_received_at) AS last_received_at
            FROM (SELECT study_instance_uid, series_last_received_at, \(Self.sourceOfSeries) AS source FROM series
                WHERE series_network_made = 0) AS sources
            WHERE source LIKE 'modality %' OR source LIKE 'folder %' GROUP BY source ORDER BY last_received_at DESC
            """
        ).compactMap { row in
            let source: String = try row["source"]
            let parts = source.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let kind = InstanceSource.Kind(rawValue: parts[0]) else { return nil }
            return TextSource(
                kind: kind, name: parts[1], studies: try row["studies"], lastReceivedAt: try row["last_received_at"])
        }
    }

    /// One instance here of each of the last studies of a source.
    package func samples(
        of source: String, limit: Int, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        let studies: [StudyInstanceUID] = try database.rows(
            """
            SELECT study_instance_uid FROM study WHERE \(Self.ofSource) ORDER BY study_last_received_at DESC LIMIT ?
            """, source, source, limit
        ).map { try $0["study_instance_uid"] }
        return try studies.compactMap { study in
            try database.row(
                """
                SELECT \(InstanceRecord.columns) FROM sop_instance WHERE study_instance_uid = ? AND source_name = ?
                    AND file_state = 'here' ORDER BY received_at LIMIT 1
                """, study, source
            ).map(InstanceRecord.init(row:))
        }
    }
}

/// A modality or watched folder that has sent studies here.
package struct TextSource: Hashable, Sendable {
    package var kind: InstanceSource.Kind
    package var name: String
    package var studies: Int
    package var lastReceivedAt: Timestamp
}

extension RereadJob {
    init(row: Row) throws {
        self.init(
            source: try row["source_name"], setBy: try row["set_by"], setAt: try row["set_at"],
            cursor: try row["cursor"], total: try row[optional: "total"], done: try row["done"],
            changed: try row["changed"], away: try row["away"], failed: try row["failed"],
            finishedAt: try row[optional: "finished_at"])
    }
}
