import Database
import Identity
import TestSupport
import Testing
import Vocabulary

let cheap = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)

@Suite("Accounts")
struct AccountTests {
    let users = UserBook()
    let sessions = SessionBook(idleLimit: .seconds(3600), absoluteLimit: .seconds(12 * 3600))
    let tokens = TokenBook()
    let clock = ManualClock()
    let database: Database
    let directory: TemporaryDirectory

    init() throws { (database, directory) = try temporaryDatabase(IdentitySchema.migrations) }

    @discardableResult
    func add(_ name: String, _ role: UserRole = .radiologist, displayName: String = "张伟") throws -> User {
        let hash = try PasswordHash(of: "correct horse", cost: cheap)
        let time = clock.now
        return try database.writeBlocking { [users] in
            try users.add(name: name, displayName: displayName, role: role, password: hash, at: time, in: $0)
        }
    }

    @Test("keep the display name and spell the name one way")
    func names() throws {
        #expect(try add(" Zhang.Wei ").name == "zhang.wei")
        #expect(try add("李医生", displayName: "").displayName == "李医生")
        let stored = try database.readBlocking { try users.user(named: "zhang.wei", in: $0) }
        #expect(stored?.displayName == "张伟")
        #expect(try database.readBlocking { try users.all(in: $0) }.count == 2)
    }

    @Test("refuse a name that is taken, whatever its case")
    func taken() throws {
        try add("zhang")
        #expect(throws: IdentityError(code: .userExists, message: "")) { try add("ZHANG") }
    }

    @Test(
        "refuse names that aren't", arguments: ["", " ", "a b", "a/b", "<script>", String(repeating: "x", count: 65)])
    func badNames(name: String) {
        #expect(throws: IdentityError(code: .invalidUserName, message: "")) { try add(name) }
    }

    @Test("keep one administrator")
    func lastAdministrator() throws {
        try add("root", .administrator)
        let time = clock.now
        let expected = IdentityError(code: .lastAdministrator, message: "")
        #expect(throws: expected) { try database.writeBlocking { try users.disable("root", at: time, in: $0) } }
        #expect(throws: expected) { try database.writeBlocking { try users.change("root", role: .operator, in: $0) } }
        try add("root2", .administrator)
        try database.writeBlocking { try users.disable("root", at: time, in: $0) }
        #expect(try database.readBlocking { try users.user(named: "root", in: $0) }?.isDisabled == true)
        try database.writeBlocking { try users.enable("root", in: $0) }
        #expect(try database.readBlocking { try users.user(named: "root", in: $0) }?.isDisabled == false)
    }

    @Test("open a session that ends when idle and at its absolute limit")
    func sessionExpiry() throws {
        let user = try add("zhang")
        let time = clock.now
        let cookie = try database.writeBlocking { try sessions.open(for: user, from: "::1", at: time, in: $0) }
        func current() throws -> Session? {
            try database.readBlocking { try sessions.session(for: cookie.text, at: clock.now, in: $0) }
        }
        #expect(try current()?.user == user)
        clock.advance(by: .seconds(3599))
        let seen = try #require(try current())
        #expect(sessions.needsTouch(seen, at: clock.now))
        try database.writeBlocking { [now = clock.now] in try sessions.touch(seen, at: now, in: $0) }
        clock.advance(by: .seconds(3599))
        #expect(try current() != nil)
        clock.advance(by: .seconds(2))
        #expect(try current() == nil)

        let second = try database.writeBlocking { [now = clock.now] in
            try sessions.open(for: user, from: nil, at: now, in: $0)
        }
        for _ in 0..<13 {
            clock.advance(by: .seconds(3500))
            guard
                let session = try database.readBlocking({
                    try sessions.session(for: second.text, at: clock.now, in: $0)
                })
            else { break }
            try database.writeBlocking { [now = clock.now] in try sessions.touch(session, at: now, in: $0) }
        }
        #expect(try database.readBlocking { try sessions.session(for: second.text, at: clock.now, in: $0) } == nil)
    }

    @Test("end their sessions when disabled, logged out or given a new password")
    func sessionEnds() throws {
        let user = try add("zhang")
        let time = clock.now
        func open() throws -> Secret {
            try database.writeBlocking { try sessions.open(for: user, from: nil, at: time, in: $0) }
        }
        func isOpen(_ secret: Secret) throws -> Bool {
            try database.readBlocking { try sessions.session(for: secret.text, at: time, in: $0) } != nil
        }
        let first = try open()
        try database.writeBlocking { try sessions.close(first.hash, in: $0) }
        #expect(try !isOpen(first))
        let second = try open()
        let hash = try PasswordHash(of: "another password", cost: cheap)
        try database.writeBlocking { try users.setPassword(hash, of: "zhang", at: time, in: $0) }
        #expect(try !isOpen(second))
        let third = try open()
        #expect(try isOpen(third))
        try database.writeBlocking { try users.disable("zhang", at: time, in: $0) }
        #expect(try !isOpen(third))
        #expect(try !isOpen(Secret(text: "")))
    }

    @Test("issue tokens that can be listed, expire and be revoked")
    func tokenLife() throws {
        try add("zhang")
        let time = clock.now
        let (token, secret) = try database.writeBlocking {
            try tokens.issue(for: "zhang", label: "PACS", expiresAt: time + .seconds(60), at: time, in: $0)
        }
        func user(at time: Timestamp) throws -> String? {
            try database.readBlocking { try tokens.user(for: secret.text, at: time, in: $0) }?.user.name
        }
        #expect(secret.text.hasPrefix("jieli_"))
        #expect(try user(at: time) == "zhang")
        #expect(try user(at: time + .seconds(60)) == nil)
        #expect(try database.readBlocking { try tokens.tokens(of: "zhang", in: $0) } == [token])
        #expect(throws: IdentityError(code: .unknownToken, message: "")) {
            try database.writeBlocking { try tokens.revoke(token.id, of: "li", at: time, in: $0) }
        }
        try database.writeBlocking { try users.disable("zhang", at: time, in: $0) }
        #expect(try user(at: time) == nil)
        try database.writeBlocking { try users.enable("zhang", in: $0) }
        #expect(try user(at: time) == "zhang")
        try database.writeBlocking { try tokens.revoke(token.id, of: "zhang", at: time, in: $0) }
        #expect(try user(at: time) == nil)
    }

    @Test("keep no secret in the database")
    func noSecrets() throws {
        let user = try add("zhang")
        let time = clock.now
        let cookie = try database.writeBlocking { try sessions.open(for: user, from: nil, at: time, in: $0) }
        let token = try database.writeBlocking { try tokens.issue(for: "zhang", label: "x", at: time, in: $0) }.secret
        let stored = try database.readBlocking { snapshot in
            try snapshot.rows("SELECT token_hash AS text FROM login_session UNION SELECT token_hash FROM api_token")
                .map { try $0["text", as: String.self] }
        }
        #expect(Set(stored) == [cookie.hash.hexadecimal, token.hash.hexadecimal])
    }
}

@Suite("Roles")
struct RoleTests {
    @Test("let a reviewer read and an administrator operate, but no administrator sign")
    func inclusion() {
        #expect(UserRole.reviewer.includes(.radiologist))
        #expect(!UserRole.radiologist.includes(.reviewer))
        #expect(UserRole.administrator.includes(.operator))
        #expect(!UserRole.administrator.includes(.reviewer))
        #expect(!UserRole.administrator.includes(.radiologist))
    }
}
