// Studies that get no further because something about them fails.

import Database
import Vocabulary

/// One study, and why it waits.
package struct StudyTrouble: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var since: Timestamp
    /// A sentence for whoever mends it.
    package var reason: String
    package var attempts: Int
    package var nextAttemptAt: Timestamp
}

/// The table. Stateless; every function runs in the caller's transaction.
package struct StudyTroubleBook: Sendable {
    static let migration = Migration(
        "2026-11-22 create study_trouble",
        """
        CREATE TABLE study_trouble (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            since BIGINT NOT NULL,
            reason TEXT NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 1,
            next_attempt_at BIGINT NOT NULL
        );
        CREATE INDEX study_trouble_due ON study_trouble (next_attempt_at);
        """)

    package init() {}

    package func trouble(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyTrouble? {
        try database.row("SELECT * FROM study_trouble WHERE study_instance_uid = ?", study).map(StudyTrouble.init(row:))
    }

    /// The longest waiting first.
    func due(at now: Timestamp, limit: Int, in database: some DatabaseReading) throws -> [StudyTrouble] {
        try database.rows(
            "SELECT * FROM study_trouble WHERE next_attempt_at <= ? ORDER BY next_attempt_at, since LIMIT ?", now, limit
        ).map(StudyTrouble.init(row:))
    }

    /// What keeps failing keeps its first time. Each attempt waits twice as long as the one before, up to ten minutes.
    func note(_ study: StudyInstanceUID, reason: String, at now: Timestamp, in transaction: Transaction) throws {
        let known = try trouble(of: study, in: transaction)
        // Images that keep coming put nothing off.
        let isEarly = known.map { $0.nextAttemptAt > now } ?? false
        let attempts = isEarly ? known?.attempts ?? 1 : (known?.attempts ?? 0) + 1
        let pause = Duration.seconds(min(600, 30 << min(attempts - 1, 6)))
        try transaction.execute(
            """
            INSERT INTO study_trouble (study_instance_uid, since, reason, attempts, next_attempt_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET reason = excluded.reason, attempts = excluded.attempts,
                next_attempt_at = excluded.next_attempt_at
            """, study, now, reason, attempts, isEarly ? known?.nextAttemptAt : now + pause)
    }

    func clear(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM study_trouble WHERE study_instance_uid = ?", study)
    }
}

extension StudyTrouble {
    init(row: Row) throws {
        self.init(
            study: try row["study_instance_uid"], since: try row["since"], reason: try row["reason"],
            attempts: try row["attempts"], nextAttemptAt: try row["next_attempt_at"])
    }
}
