// What became of files in watched folders, for the operator's page.

import Database
import Foundation
import Vocabulary

/// One watched folder, as it was last looked at.
package struct WatchedFolderState: Hashable, Sendable {
    /// As configured.
    package var path: String
    /// Files that are not yet taken: still being written, or not yet looked at.
    package var waiting: Int
    /// Since it is watched.
    package var taken: Int
    package var refused: Int
    package var lastTakenAt: Timestamp?
    /// Why nothing is taken at the moment.
    package var problem: String?

    package init(path: String) {
        self.path = path
        waiting = 0
        taken = 0
        refused = 0
    }
}

/// A file that was moved aside.
package struct RefusedFile: Hashable, Sendable, Identifiable {
    package var id: UUID
    package var folder: String
    /// Below the folder, as far as it can be shown.
    package var name: String
    package var reason: String
    package var at: Timestamp

    package init(id: UUID, folder: String, name: String, reason: String, at: Timestamp) {
        self.id = id
        self.folder = folder
        self.name = name
        self.reason = reason
        self.at = at
    }
}

/// Stateless; every function runs in the caller's transaction.
package struct FolderBook: Sendable {
    /// Older refusals are forgotten; the files themselves stay where they are.
    private static let kept = 1000

    package init() {}

    package func note(_ state: WatchedFolderState, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO watched_folder (path, waiting, taken, refused, last_taken_at, problem)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET waiting = excluded.waiting, taken = excluded.taken,
                refused = excluded.refused, last_taken_at = excluded.last_taken_at, problem = excluded.problem
            """, state.path, state.waiting, state.taken, state.refused, state.lastTakenAt, state.problem)
    }

    /// Folders that are not watched any more are forgotten.
    package func keep(only paths: [String], in transaction: Transaction) throws {
        for state in try folders(in: transaction) where !paths.contains(state.path) {
            try transaction.execute("DELETE FROM watched_folder WHERE path = ?", state.path)
        }
    }

    package func folders(in database: some DatabaseReading) throws -> [WatchedFolderState] {
        try database.rows("SELECT * FROM watched_folder ORDER BY path").map { row in
            var state = WatchedFolderState(path: try row["path"])
            state.waiting = try row["waiting"]
            state.taken = try row["taken"]
            state.refused = try row["refused"]
            state.lastTakenAt = try row[optional: "last_taken_at"]
            state.problem = try row[optional: "problem"]
            return state
        }
    }

    // MARK: Refused files

    package func refuse(_ file: RefusedFile, in transaction: Transaction) throws {
        try transaction.execute(
            "INSERT INTO refused_file (id, folder, name, reason, refused_at) VALUES (?, ?, ?, ?, ?)",
            file.id.uuidString, file.folder, file.name, file.reason, file.at)
        try transaction.execute(
            """
            DELETE FROM refused_file WHERE id NOT IN (
                SELECT id FROM refused_file ORDER BY refused_at DESC, id LIMIT ?)
            """, Self.kept)
    }

    /// Newest first, those that nobody has dealt with.
    package func refused(
        limit: Int, in database: some DatabaseReading
    ) throws -> (files: [RefusedFile], total: Int) {
        let total: Int =
            try database.row("SELECT count(*) AS n FROM refused_file WHERE dismissed_at IS NULL")?["n"] ?? 0
        let files = try database.rows(
            """
            SELECT id, folder, name, reason, refused_at FROM refused_file WHERE dismissed_at IS NULL
            ORDER BY refused_at DESC, id LIMIT ?
            """, limit
        ).compactMap { row -> RefusedFile? in
            guard let id = UUID(uuidString: try row["id"]) else { return nil }
            return RefusedFile(
                id: id, folder: try row["folder"], name: try row["name"], reason: try row["reason"],
                at: try row["refused_at"])
        }
        return (files, total)
    }

    /// A person has dealt with it, or with all of them.
    ///
    /// - Returns: how many were dealt with.
    package func dismiss(_ id: UUID?, at time: Timestamp, in transaction: Transaction) throws -> Int {
        if let id {
            return try transaction.execute(
                "UPDATE refused_file SET dismissed_at = ? WHERE id = ? AND dismissed_at IS NULL", time, id.uuidString)
        }
        return try transaction.execute(
            "UPDATE refused_file SET dismissed_at = ? WHERE dismissed_at IS NULL", time)
    }
}
