import Identity
import TestSupport
import Testing
import Vocabulary

@Suite("Passwords")
struct PasswordTests {
    @Test("match themselves and nothing else")
    func match() throws {
        let hash = try PasswordHash(of: "correct horse 马", cost: cheap)
        #expect(try hash.matches("correct horse 马"))
        #expect(try !hash.matches("correct horse 牛"))
        #expect(try !hash.matches(""))
        #expect(try PasswordHash(stored: hash.text).matches("correct horse 马"))
        #expect(try PasswordHash(of: "correct horse 马", cost: cheap).text != hash.text)
    }

    @Test("match however their characters are composed")
    func composition() throws {
        #expect(try PasswordHash(of: "caf\u{E9}-1234", cost: cheap).matches("cafe\u{301}-1234"))
    }

    @Test("carry their cost")
    func format() throws {
        #expect(try PasswordHash(of: "x", cost: .standard).text.hasPrefix("scrypt$14$8$5$"))
    }

    @Test(
        "refuse a damaged hash", arguments: ["", "scrypt$4$8$1$AAAA$AAAA", "md5$x", "scrypt$40$8$1$AAAAAAAAAAAA$AAAA"])
    func damaged(text: String) {
        #expect(throws: IdentityError(code: .damagedHash, message: "")) {
            try PasswordHash(stored: text).matches("x")
        }
    }

    @Test("are asked to be strong", arguments: ["short", "aaaaaaaaaaaa", "zhangwei"])
    func weak(password: String) {
        #expect(throws: IdentityError(code: .weakPassword, message: "")) {
            try PasswordHash.checkStrength(password, userName: "ZhangWei")
        }
    }

    @Test("are checked on a queue that also answers for nobody")
    func queue() async throws {
        let queue = PasswordQueue(cost: cheap)
        let hash = try await queue.hash("correct horse")
        #expect(try await queue.check("correct horse", against: hash))
        #expect(try await !queue.check("decoy", against: nil))
    }

    @Test("don't wait in a line without end")
    func bounded() async throws {
        let queue = PasswordQueue(cost: cheap, limit: 0)
        await #expect(throws: PasswordQueue.Busy.self) { _ = try await queue.hash("x") }
    }
}

@Suite("Login throttle")
struct LoginThrottleTests {
    let clock = ManualClock()
    let throttle = LoginThrottle()

    func attempt(_ user: String, _ address: String = "10.0.0.1") -> Duration? {
        throttle.attempt(user: user, address: address, at: clock.now)
    }

    @Test("lets five guesses through, then doubles the wait and says exactly how long")
    func doubling() {
        for _ in 0..<5 { #expect(attempt("zhang") == nil) }
        #expect(attempt("zhang") == .seconds(5))
        clock.advance(by: .seconds(3))
        #expect(attempt("zhang") == .seconds(2))
        clock.advance(by: .seconds(2))
        #expect(attempt("zhang") == nil)
        #expect(attempt("zhang") == .seconds(10))
        #expect(attempt("li") == nil)
        for _ in 0..<12 {
            clock.advance(by: .seconds(300))
            #expect(attempt("zhang") == nil)
        }
        #expect(attempt("zhang") == .seconds(300))
    }

    @Test("forgives after a quarter of an hour, and an account after the right password")
    func forgiving() {
        for _ in 0..<5 { _ = attempt("zhang") }
        throttle.succeeded(user: "zhang", address: "10.0.0.1")
        #expect(attempt("zhang") == nil)
        for _ in 0..<5 { _ = attempt("li", "10.0.0.2") }
        #expect(attempt("li", "10.0.0.2") != nil)
        clock.advance(by: .seconds(900))
        #expect(attempt("li", "10.0.0.2") == nil)
    }

    @Test("slows down an address that tries many accounts")
    func spraying() {
        for number in 0..<20 { #expect(attempt("user\(number)") == nil) }
        #expect(attempt("user20") == .seconds(5))
        #expect(attempt("user20", "10.0.0.2") == nil)
    }

    @Test("remembers a bounded number of guessers")
    func capacity() {
        var limits = LoginThrottle.Limits()
        limits.capacity = 10
        let throttle = LoginThrottle(limits: limits)
        for number in 0..<200 {
            #expect(throttle.attempt(user: "user\(number)", address: "a\(number)", at: clock.now) == nil)
            clock.advance(by: .milliseconds(1))
        }
    }
}
