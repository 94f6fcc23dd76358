import Database
import Foundation
import Observability
import TestSupport
import Testing

@Suite("Durability")
struct DurabilityTests {
    @Test("flushes the log at every commit, not only at checkpoints")
    func synchronousFull() throws {
        let (database, directory) = try temporaryDatabase([])
        let level: Int = try database.writeBlocking { try $0.row("PRAGMA synchronous")!["synchronous"] }
        #expect(level == 2)
        withExtendedLifetime(directory) {}
    }

    @Test("puts nothing of a savepoint into temporary files")
    func temporaryStore() throws {
        let (database, directory) = try temporaryDatabase([])
        let store: Int = try database.writeBlocking { try $0.row("PRAGMA temp_store")!["temp_store"] }
        #expect(store == 2)
        withExtendedLifetime(directory) {}
    }

    // MARK: Rows that speak of files

    private static let files = [
        Migration("2026-11-21 create file", "CREATE TABLE file (name TEXT PRIMARY KEY NOT NULL)")
    ]

    private struct DiskBroke: Error {}

    @Test("commits a row only when the file it speaks of has been flushed")
    func flushBeforeCommit() throws {
        let (database, directory) = try temporaryDatabase(Self.files)
        let seen = LockedBox<[String?]>([])
        try database.writeBlocking { transaction -> String in
            try transaction.execute("INSERT INTO file (name) VALUES (?)", "a")
            return "a"
        } flushingFirst: { value in
            seen.withLock { $0.append(value) }
            // Another connection does not see the row yet.
            let count: Int = try database.readBlocking { try $0.row("SELECT count(*) AS n FROM file")!["n"] }
            #expect(count == 0)
        }
        #expect(seen.withLock { $0 } == ["a"])
        let count: Int = try database.readBlocking { try $0.row("SELECT count(*) AS n FROM file")!["n"] }
        #expect(count == 1)
        withExtendedLifetime(directory) {}
    }

    @Test("a flush that fails takes its own row with it, and nobody else's")
    func failingFlush() async throws {
        let (database, directory) = try temporaryDatabase(Self.files)
        let failures = LockedBox(0)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    await onThread {
                        do {
                            try database.writeBlocking { transaction in
                                _ = try transaction.execute("INSERT INTO file (name) VALUES (?)", "f\(number)")
                            } flushingFirst: { _ in
                                if number.isMultiple(of: 4) { throw DiskBroke() }
                            }
                        } catch is DiskBroke {
                            failures.withLock { $0 += 1 }
                        } catch {
                            Issue.record("\(error)")
                        }
                    }
                }
            }
        }
        #expect(failures.withLock { $0 } == 10)
        let names = try database.readBlocking {
            try $0.rows("SELECT name FROM file").map { try $0["name", as: String.self] }
        }
        #expect(Set(names) == Set((0..<40).filter { !$0.isMultiple(of: 4) }.map { "f\($0)" }))
        withExtendedLifetime(directory) {}
    }

    /// As an association does: a thread of its own, which may block.
    private func onThread(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread {
                body()
                continuation.resume()
            }.start()
        }
    }
}
