import Database
import TestSupport
import Testing
import Vocabulary

@testable import Identity

@Suite("Preferences of accounts")
struct PreferenceTests {
    let preferences = PreferenceBook()
    let clock = ManualClock()
    let database: Database
    let directory: TemporaryDirectory

    init() throws {
        (database, directory) = try temporaryDatabase(IdentitySchema.migrations)
        let (hash, time) = (try PasswordHash(of: "correct horse", cost: cheap), clock.now)
        try database.writeBlocking { transaction in
            for name in ["zhang", "li"] {
                _ = try UserBook().add(
                    name: name, displayName: "", role: .radiologist, password: hash, at: time, in: transaction)
            }
        }
    }

    func set(_ value: String, of account: String) throws {
        try database.writeBlocking { [preferences, now = clock.now] in
            try preferences.set("viewer", to: value, of: account, at: now, in: $0)
        }
    }

    func value(of account: String) throws -> String? {
        try database.readBlocking { [preferences] in try preferences.value("viewer", of: account, in: $0) }
    }

    @Test("are the account's own, and the last ones count")
    func own() throws {
        #expect(try value(of: "zhang") == nil)
        try set("one", of: "zhang")
        try set("two", of: "zhang")
        #expect(try value(of: "zhang") == "two")
        #expect(try value(of: "li") == nil)
    }

    @Test("are refused when they are too large, or nobody's")
    func refusals() throws {
        #expect(throws: IdentityError(code: .tooLong, message: "")) {
            try set(String(repeating: "x", count: PreferenceBook.limit + 1), of: "zhang")
        }
        #expect(throws: IdentityError(code: .unknownUser, message: "")) { try set("one", of: "nobody") }
        #expect(try value(of: "zhang") == nil)
    }
}
