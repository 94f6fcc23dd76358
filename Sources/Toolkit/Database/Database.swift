// One node's database: the only door to SQL.

import Foundation
import GRDB
import Observability
import Vocabulary

/// The ledger and the catalogue of one node, in SQLite (WAL, synchronous FULL: a commit is on disk when `write` returns).
///
/// Writes are serialised here and committed in groups: those that wait while one transaction flushes go into the next
/// one together, each in a savepoint of its own, so that a failing write takes nothing else with it. `write` therefore
/// returns only after the flush that covers it. Reads run beside writes, on snapshots.
package final class Database: Sendable {
    private let pool: DatabasePool
    private let committer: GroupCommitter

    /// Opens or creates the file at `path` and brings it to the newest schema.
    ///
    /// - Throws: `DatabaseError.cannotOpen` with what an operator can do about it, `.migrationFailed`.
    package init(path: String, migrations: [Migration]) throws {
        var configuration = GRDB.Configuration()
        configuration.label = "jieli.database"
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 8
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { connection in
            try connection.execute(sql: "PRAGMA foreign_keys = ON")
            // What SQLite sets aside for savepoints stays out of /var/tmp: a file for each group, with patients in it.
            try connection.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // Not above: switching to WAL, GRDB sets NORMAL, which flushes at checkpoints only.
            try pool.writeWithoutTransaction { connection in
                try connection.execute(sql: "PRAGMA synchronous = FULL")
            }
        } catch {
            throw DatabaseError(
                code: .cannotOpen,
                message:
                    "the database \(path) cannot be opened; check that its folder exists, belongs to this user and "
                    + "has space left", cause: error)
        }
        committer = GroupCommitter(pool: pool)
        do {
            try pool.write { connection in try Migrator(connection: connection).apply(migrations) }
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(
                code: .migrationFailed, message: "the database \(path) could not be brought to this version's schema",
                cause: error)
        }
    }

    /// Opens a database that another process may be writing, to read only: nothing is migrated, nothing can be written.
    ///
    /// - Throws: `DatabaseError.cannotOpen`; `.migrationFailed` where the schema is not this version's.
    package init(reading path: String, migrations: [Migration]) throws {
        var configuration = GRDB.Configuration()
        configuration.label = "jieli.database.reading"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.publicStatementArguments = false
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.read { connection in try Migrator(connection: connection).check(migrations) }
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(
                code: .cannotOpen,
                message: "the database \(path) cannot be read; run this as the user that the node runs as", cause: error
            )
        }
        committer = GroupCommitter(pool: pool)
    }

    /// Runs `body` in a transaction and returns when it is on disk. Blocks the calling thread: for threads of our own
    /// (associations); tasks use `write`.
    package func writeBlocking<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) throws -> Result {
        try committer.submitAndWait(body)
    }

    /// The same for rows that speak of a file, which must not be on disk before the file is.
    ///
    /// - Parameter flush: makes the file durable; called on this thread. Most often between the last statement and
    ///   the commit, with what `body` returned, so that the disk is at work while the statements run; beside the commit of
    ///   others, before `body` runs, with `nil`. If it throws, nothing is written.
    package func writeBlocking<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result,
        flushingFirst flush: @escaping @Sendable (Result?) throws -> Void
    ) throws -> Result {
        try committer.submitAndWait(body, flush: flush)
    }

    /// Runs `body` in a transaction and returns when it is on disk.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        try await committer.submit(body)
    }

    /// Runs `body` on a snapshot of the last commit. Blocks the calling thread: for threads of our own.
    package func readBlocking<Result>(_ body: (Snapshot) throws -> Result) throws -> Result {
        try translating {
            try pool.read { connection in try body(Snapshot(connection: connection)) }
        }
    }

    /// Runs `body` on a snapshot of the last commit.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { connection in try body(Snapshot(connection: connection)) }
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        }
    }

    /// Copies the whole database, consistently, into a new file at `path`.
    package func backUp(to path: String) throws {
        try translating { try pool.backup(to: DatabaseQueue(path: path)) }
    }

    /// Waits for running transactions and closes the file. Writes after it fail with `.closed`.
    package func close() throws {
        committer.close()
        // The readers first: only the last connection, when it can write, moves the log into the file and removes it.
        pool.invalidateReadOnlyConnections()
        try translating { try pool.close() }
    }

    private func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as GRDB.DatabaseError {
            throw DatabaseError(error)
        }
    }
}
