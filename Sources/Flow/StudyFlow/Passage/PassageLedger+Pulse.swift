// How studies arrive, and when they may settle.

import Database
import Vocabulary

extension PassageLedger {
    /// `nil` before anything of the study came or was announced.
    package func pulse(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyPulse? {
        try database.row(
            """
            SELECT source, last_instance_at, ended_at, settled_at, revision, pace_ms, pause_ms FROM study_passage
            WHERE study_instance_uid = ?
            """, study
        ).map { row in
            StudyPulse(
                source: try row[optional: "source"] ?? "", lastInstanceAt: try row["last_instance_at"],
                endedAt: try row[optional: "ended_at"], settledAt: try row[optional: "settled_at"],
                revision: try row["revision"], pace: .milliseconds(try row["pace_ms"] as Int64),
                pause: .milliseconds(try row["pause_ms"] as Int64))
        }
    }

    /// Whether the study is still arriving; `nil` before anything of it came or was announced.
    package func isOpen(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool? {
        try pulse(of: study, in: database)?.isOpen
    }

    /// An instance of the study arrived: the study is not settled any more.
    ///
    /// - Parameter due: when it may settle by itself; `nil` for one that settles by its child's manifest.
    package func touch(
        _ study: StudyInstanceUID, priority: Priority, _ pulse: StudyPulse, due: Timestamp?,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO study_passage
                (study_instance_uid, priority, last_instance_at, source, pace_ms, pause_ms, settle_due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET last_instance_at = excluded.last_instance_at,
                source = excluded.source, pace_ms = excluded.pace_ms, pause_ms = excluded.pause_ms,
                settle_due_at = excluded.settle_due_at, ended_at = NULL, settled_at = NULL
            """, study, priority, pulse.lastInstanceAt, pulse.source, pulse.pace.milliseconds,
            pulse.pause.milliseconds, due)
    }

    /// The source has released its last association with the study.
    package func noteEnd(
        of study: StudyInstanceUID, at time: Timestamp, due: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE study_passage SET ended_at = ?, settle_due_at = ?
            WHERE study_instance_uid = ? AND settled_at IS NULL AND settle_due_at IS NOT NULL
            """, time, due, study)
    }

    /// One that fails is tried again when `StudyTroubleBook` says so.
    private static let isNoTrouble = """
        NOT EXISTS (SELECT 1 FROM study_trouble
            WHERE study_trouble.study_instance_uid = study_passage.study_instance_uid)
        """

    /// Studies acquired by `node` that may be taken to be whole, longest due first.
    package func due(
        at time: Timestamp, acquiredBy node: NodeName, in database: some DatabaseReading
    ) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT study_passage.study_instance_uid AS uid FROM study_passage
            JOIN study_origin ON study_origin.study_instance_uid = study_passage.study_instance_uid
            WHERE settled_at IS NULL AND settle_due_at <= ? AND origin_node = ? AND \(Self.isNoTrouble)
            ORDER BY settle_due_at LIMIT 100
            """, time, node
        ).map { try $0["uid"] }
    }

    /// When the next study acquired by `node` may settle.
    package func nextDue(acquiredBy node: NodeName, in database: some DatabaseReading) throws -> Timestamp? {
        try database.row(
            """
            SELECT min(settle_due_at) AS next FROM study_passage
            JOIN study_origin ON study_origin.study_instance_uid = study_passage.study_instance_uid
            WHERE settled_at IS NULL AND origin_node = ? AND \(Self.isNoTrouble)
            """, node)?[optional: "next"]
    }

    // MARK: Sources

    package func pace(of source: String, in database: some DatabaseReading) throws -> SourcePace {
        try database.row("SELECT pace_ms, pause_ms FROM source_pace WHERE source = ?", source).map { row in
            SourcePace(
                pace: .milliseconds(try row["pace_ms"] as Int64), pause: .milliseconds(try row["pause_ms"] as Int64))
        } ?? SourcePace()
    }

    /// Remembers the pauses of a study for the next one of its source.
    package func learn(_ pulse: StudyPulse, in transaction: Transaction) throws {
        guard !pulse.source.isEmpty else { return }
        try transaction.execute(
            """
            INSERT INTO source_pace (source, pace_ms, pause_ms) VALUES (?, ?, ?)
            ON CONFLICT (source) DO UPDATE SET pace_ms = excluded.pace_ms, pause_ms = excluded.pause_ms
            """, pulse.source, pulse.pace.milliseconds, pulse.pause.milliseconds)
    }
}
