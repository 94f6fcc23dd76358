import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Database

@Suite("A database opened to read")
struct ReadingOnlyTests {
    private static let first = Migration("2026-11-21 create note", "CREATE TABLE note (text TEXT NOT NULL)")
    private static let second = Migration("2026-11-22 more", "ALTER TABLE note ADD COLUMN at BIGINT")

    @Test("reads beside its writer, what is committed and nothing else, and cannot write")
    func besideWriter() throws {
        let (database, directory) = try temporaryDatabase([Self.first])
        try database.writeBlocking { _ = try $0.execute("INSERT INTO note (text) VALUES ('one')") }
        let path = directory.appending("jieli.sqlite")
        let reading = try Database(reading: path, migrations: [Self.first])
        func count() throws -> Int {
            try reading.readBlocking { try $0.row("SELECT count(*) AS notes FROM note")?["notes"] ?? 0 }
        }
        #expect(try count() == 1)
        try database.writeBlocking { _ = try $0.execute("INSERT INTO note (text) VALUES ('two')") }
        #expect(try count() == 2)
        #expect(throws: DatabaseError.self) {
            try reading.writeBlocking { _ = try $0.execute("INSERT INTO note (text) VALUES ('three')") }
        }
        #expect(try count() == 2)
        try reading.close()
    }

    @Test("reads a database whose writer has gone, and leaves it fit for the next writer")
    func atRest() throws {
        let (database, directory) = try temporaryDatabase([Self.first])
        try database.writeBlocking { _ = try $0.execute("INSERT INTO note (text) VALUES ('one')") }
        try database.close()
        let path = directory.appending("jieli.sqlite")
        let reading = try Database(reading: path, migrations: [Self.first])
        #expect(try reading.readBlocking { try $0.rows("SELECT * FROM note").count } == 1)
        try reading.close()
        let again = try Database(path: path, migrations: [Self.first])
        try again.writeBlocking { _ = try $0.execute("INSERT INTO note (text) VALUES ('two')") }
        try again.close()
    }

    @Test("an older or newer schema is refused in words and stays as it is")
    func otherSchema() throws {
        let (database, directory) = try temporaryDatabase([Self.first])
        let path = directory.appending("jieli.sqlite")
        #expect {
            try Database(reading: path, migrations: [Self.first, Self.second])
        } throws: {
            "\($0)".contains("older version") && "\($0)".contains("2026-11-22 more")
        }
        #expect {
            try Database(reading: path, migrations: [])
        } throws: {
            "\($0)".contains("newer version")
        }
        #expect(try database.readBlocking { try $0.rows("SELECT name FROM applied_migration").count } == 1)
    }
}
