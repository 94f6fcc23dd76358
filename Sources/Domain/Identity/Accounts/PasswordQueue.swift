// Password hashing off the cooperative pool.

import Dispatch
import Observability

/// One thread that hashes passwords for all callers, with a bounded line before it: a flood of logins then costs one
/// core and a few megabytes, and the requests of people already logged in go on.
package final class PasswordQueue: Sendable {
    /// Thrown when too many wait already.
    package struct Busy: ClassifiedError {
        package var isRetriable: Bool { true }
        package var label: String { "identity_busy" }
        package var description: String { "too many logins at once; try again in a moment" }
    }

    private let queue = DispatchQueue(label: "jieli.identity.password")
    private let waiting = LockedBox(0)
    private let limit: Int
    private let cost: PasswordHash.Cost
    /// Checked against when nobody has the name, so that the answer takes as long as for a known one.
    private let decoy: LockedBox<PasswordHash?> = LockedBox(nil)

    package init(cost: PasswordHash.Cost = .standard, limit: Int = 32) {
        self.cost = cost
        self.limit = limit
    }

    package func hash(_ password: String) async throws -> PasswordHash {
        let cost = cost
        return try await run { try PasswordHash(of: password, cost: cost) }
    }

    /// `false` for a wrong password and, after the same time, for `nil`: an account that does not exist.
    package func check(_ password: String, against stored: PasswordHash?) async throws -> Bool {
        try await run { [decoy, cost] in
            if let stored { return try stored.matches(password) }
            let known = decoy.withLock { $0 }
            let hash = try known ?? PasswordHash(of: "decoy", cost: cost)
            if known == nil { decoy.withLock { $0 = hash } }
            _ = try hash.matches(password)
            return false
        }
    }

    private func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let limit = limit
        let isAdmitted = waiting.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw Busy() }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result(catching: work)) }
        }
    }
}
