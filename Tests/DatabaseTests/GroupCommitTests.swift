import Database
import Foundation
import Observability
import TestSupport
import Testing

@Suite("Database")
struct GroupCommitTests {
    static let schema = [
        Migration("2026-11-21 create thing", "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
    ]

    @Test("keeps what was written by many threads at once")
    func concurrentWrites() async throws {
        let (database, directory) = try temporaryDatabase(Self.schema)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try await database.write { transaction in
                        try transaction.execute("INSERT INTO thing (name) VALUES (?)", "n\(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let count: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM thing")!["n"] }
        #expect(count == 200)
        withExtendedLifetime(directory) {}
    }

    @Test("a failing write takes nothing else of its group with it")
    func isolation() async throws {
        let (database, directory) = try temporaryDatabase(Self.schema)
        try await database.write { try $0.execute("INSERT INTO thing (name) VALUES (?)", "taken") }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    do {
                        try await database.write { transaction in
                            try transaction.execute("INSERT INTO thing (name) VALUES (?)", "first \(number)")
                            if number.isMultiple(of: 2) {
                                try transaction.execute("INSERT INTO thing (name) VALUES (?)", "taken")
                            }
                        }
                        return true
                    } catch let error as DatabaseError {
                        #expect(error.code == .constraint)
                        return false
                    } catch {
                        Issue.record(error)
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 25)
        let count: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM thing")!["n"] }
        #expect(count == 26)
        withExtendedLifetime(directory) {}
    }

    @Test("keeps what blocking threads and tasks write side by side")
    func threadsAndTasks() async throws {
        let (database, directory) = try temporaryDatabase(Self.schema)
        let failures = LockedBox(0)
        let threads = (0..<8).map { number in
            Thread {
                do {
                    for round in 0..<40 {
                        try database.writeBlocking {
                            _ = try $0.execute("INSERT INTO thing (name) VALUES (?)", "thread \(number) \(round)")
                        }
                    }
                } catch {
                    failures.withLock { $0 += 1 }
                }
            }
        }
        threads.forEach { $0.start() }
        for number in 0..<80 {
            try await database.write {
                _ = try $0.execute("INSERT INTO thing (name) VALUES (?)", "task \(number)")
            }
        }
        while !threads.allSatisfy(\.isFinished) { try await Task.sleep(for: .milliseconds(2)) }
        let count: Int = try await database.read { try $0.row("SELECT count(*) AS n FROM thing")!["n"] }
        #expect(failures.withLock { $0 } == 0)
        #expect(count == 400)
        withExtendedLifetime(directory) {}
    }

    @Test("a failing write that is alone leaves nothing behind")
    func failingAlone() throws {
        let (database, directory) = try temporaryDatabase(Self.schema)
        #expect(throws: DatabaseError.self) {
            try database.writeBlocking { transaction in
                try transaction.execute("INSERT INTO thing (name) VALUES (?)", "first")
                try transaction.execute("INSERT INTO thing (name) VALUES (?)", "first")
            }
        }
        let count: Int = try database.readBlocking { try $0.row("SELECT count(*) AS n FROM thing")!["n"] }
        #expect(count == 0)
        withExtendedLifetime(directory) {}
    }

    @Test("refuses a database that a newer version wrote, and says so")
    func newerSchema() throws {
        let directory = try TemporaryDirectory()
        let path = directory.appending("a.sqlite")
        try Database(path: path, migrations: Self.schema).close()
        #expect {
            try Database(path: path, migrations: [])
        } throws: { error in
            String(describing: error).contains("newer version")
        }
    }

    @Test("a statement's arguments stay out of its error")
    func privacy() throws {
        let (database, directory) = try temporaryDatabase(Self.schema)
        let write = {
            try database.writeBlocking { try $0.execute("INSERT INTO thing (name) VALUES (?)", "ZHANG^SAN") }
        }
        _ = try write()
        #expect {
            try write()
        } throws: { error in
            !String(describing: error).contains("ZHANG")
        }
        withExtendedLifetime(directory) {}
    }
}
