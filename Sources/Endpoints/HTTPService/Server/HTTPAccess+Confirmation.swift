// Asking for a password again.

import Database
import Identity
import Vocabulary

extension HTTPAccess {
    /// Whether this is the account's password now: for acts that a session alone is not enough for. Wrong ones count as
    /// wrong logins do.
    ///
    /// - Throws: 429 while the account is held back for wrong passwords.
    package func isPassword(_ password: String, of user: String) async throws -> Bool {
        let now = clock.now()
        let place = "signature of \(user)"
        if let wait = throttle.attempt(user: user, address: place, at: now) {
            throw HTTPProblem(
                .tooManyRequests, code: "too_many_attempts",
                Sentence("密码输错次数太多，请稍后再试", "too many wrong passwords; try again later"),
                retryAfter: max(1, Int(wait.milliseconds / 1000)))
        }
        let known = try await database.read { [users] in try users.credentials(named: user, in: $0) }
        guard password.utf8.count <= 1024, try await passwords.check(password, against: known?.password) else {
            return false
        }
        throttle.succeeded(user: user, address: place)
        return true
    }
}
