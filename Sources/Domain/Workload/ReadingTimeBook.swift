// How long this node's readers took.

import Database
import Vocabulary

/// From a claim to its signature.
package struct ReadingSample: Hashable, Sendable {
    /// The task's identifier.
    package var task: String
    package var kind: ReadingKind
    /// The account.
    package var reader: String
    package var minutes: Double
    package var signedAt: Timestamp

    package init(task: String, kind: ReadingKind, reader: String, minutes: Double, signedAt: Timestamp) {
        self.task = task
        self.kind = kind
        self.reader = reader
        self.minutes = minutes
        self.signedAt = signedAt
    }
}

/// Keeps samples, from which a node that starts learns again. Stateless.
package struct ReadingTimeBook: Sendable {
    package init() {}

    /// A report that was signed twice counts as it was signed last.
    package func record(_ sample: ReadingSample, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO reading_time (task_id, modality, region, reader, minutes, signed_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET reader = excluded.reader, minutes = excluded.minutes,
                signed_at = excluded.signed_at
            """, sample.task, sample.kind.modality, sample.kind.region, sample.reader, sample.minutes, sample.signedAt)
    }

    /// The newest, oldest first: the order in which they are learned.
    package func newest(_ limit: Int, in database: some DatabaseReading) throws -> [ReadingSample] {
        try database.rows(
            "SELECT task_id, modality, region, reader, minutes, signed_at FROM reading_time ORDER BY signed_at DESC LIMIT ?",
            limit
        ).map { row in
            ReadingSample(
                task: try row["task_id"],
                kind: ReadingKind(modality: try row["modality"], region: try row[optional: "region"]),
                reader: try row["reader"], minutes: try row["minutes"], signedAt: try row["signed_at"])
        }.reversed()
    }
}
