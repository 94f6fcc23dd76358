// How far the scheduled re-hash has come.

import Database
import Vocabulary

/// One round through all files, in the order of their paths. It goes on where it was after a restart.
package struct RehashRound: Hashable, Sendable {
    package var startedAt: Timestamp
    /// The last path that was read; empty at the beginning.
    package var cursor: String
    package var files: Int
    package var bytes: Int64
    package var faults: Int
    /// When the round before this one ended.
    package var lastFinishedAt: Timestamp?
}

package struct RehashBook: Sendable {
    package init() {}

    package func round(in database: some DatabaseReading) throws -> RehashRound? {
        try database.row("SELECT * FROM rehash_round WHERE id = 1").map { row in
            RehashRound(
                startedAt: try row["started_at"], cursor: try row["cursor"], files: try row["files"],
                bytes: try row["bytes"], faults: try row["faults"], lastFinishedAt: try row[optional: "finished_at"])
        }
    }

    /// What comes next: files that are here, by path, so that those of a study are read one after the other.
    package func next(
        after cursor: String, limit: Int, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM sop_instance WHERE path > ? AND file_state = 'here'
            ORDER BY path LIMIT ?
            """, cursor, limit
        ).map(InstanceRecord.init(row:))
    }

    package func begin(at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO rehash_round (id, started_at) VALUES (1, ?)
            ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, cursor = '', files = 0, bytes = 0,
                faults = 0
            """, time)
    }

    package func advance(
        past path: String, files: Int, bytes: Int64, faults: Int, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE rehash_round SET cursor = ?, files = files + ?, bytes = bytes + ?, faults = faults + ? WHERE id = 1
            """, path, files, bytes, faults)
    }

    package func finish(at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("UPDATE rehash_round SET finished_at = ? WHERE id = 1", time)
    }
}
