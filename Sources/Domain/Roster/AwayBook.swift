// Readers who said that they are away.

import Database
import Vocabulary

/// An absence as it was marked.
package struct AwayMark: Hashable, Sendable {
    package var absence: Absence
    /// The account: the reader's own, or an operator's.
    package var markedBy: String
    package var note: String?
}

/// Keeps absences, present and to come. Stateless: every function works inside the caller's transaction.
package struct AwayBook: Sendable {
    package init() {}

    /// Whoever is away from the same moment on already gets the new end.
    package func mark(
        _ absence: Absence, by account: String, note: String? = nil, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO reader_absence (reader, from_at, until_at, marked_by, note) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (reader, from_at) DO UPDATE SET until_at = excluded.until_at, marked_by = excluded.marked_by,
                note = excluded.note
            """, absence.reader, absence.from, absence.until, account, note)
    }

    /// Ends what holds now; what is planned for later stays.
    ///
    /// - Returns: whether the reader was away.
    @discardableResult
    package func comeBack(_ reader: String, at time: Timestamp, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            "DELETE FROM reader_absence WHERE reader = ? AND from_at <= ? AND (until_at IS NULL OR until_at > ?)",
            reader,
            time, time) > 0
    }

    /// Takes back an absence that was planned.
    package func cancel(_ reader: String, from: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM reader_absence WHERE reader = ? AND from_at = ?", reader, from)
    }

    /// Those that have not ended at `time`, by reader and beginning.
    package func marks(at time: Timestamp, in database: some DatabaseReading) throws -> [AwayMark] {
        try database.rows(
            """
            SELECT reader, from_at, until_at, marked_by, note FROM reader_absence
            WHERE until_at IS NULL OR until_at > ? ORDER BY reader, from_at
            """, time
        ).map { row in
            AwayMark(
                absence: Absence(
                    reader: try row["reader"], from: try row["from_at"], until: try row[optional: "until_at"]),
                markedBy: try row["marked_by"], note: try row[optional: "note"])
        }
    }

    package func absences(at time: Timestamp, in database: some DatabaseReading) throws -> [Absence] {
        try marks(at: time, in: database).map(\.absence)
    }

    package func prune(endedBefore time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM reader_absence WHERE until_at <= ?", time)
    }
}
