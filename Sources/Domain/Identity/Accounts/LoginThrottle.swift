// Slowing down who guesses passwords.

import Observability
import Vocabulary

/// Counts failed logins per account and per address and says how long to wait. In memory and bounded: a restart forgives.
///
/// An attempt counts as failed from its beginning, so that a hundred at once don't slip through before the first has
/// failed; success takes it back. After `allowance` failures the wait starts at `firstWait` and doubles up to
/// `longestWait`; a quarter of an hour without a failure forgives all. The address has a larger allowance, because a
/// hospital comes from one, and isn't forgiven by a success: a guesser may own one good account.
package final class LoginThrottle: Sendable {
    package struct Limits: Sendable {
        package var userAllowance = 5
        package var addressAllowance = 20
        package var firstWait: Duration = .seconds(5)
        package var longestWait: Duration = .seconds(300)
        package var memory: Duration = .seconds(900)
        /// How many accounts and addresses are remembered; beyond it those silent for longest are forgotten.
        package var capacity = 10_000

        package init() {}
    }

    private enum Key: Hashable {
        case user(String)
        case address(String)
    }

    private struct Entry {
        var failures: Int
        var last: Timestamp
    }

    private let limits: Limits
    private let entries = LockedBox<[Key: Entry]>([:])

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// `nil`: go on, and call `succeeded` if the password was right. Otherwise the time until an attempt is allowed.
    package func attempt(user: String, address: String, at time: Timestamp) -> Duration? {
        let limits = limits
        return entries.withLock { entries in
            let keys = [(Key.user(user), limits.userAllowance), (.address(address), limits.addressAllowance)]
            let waits = keys.compactMap { key, allowance in
                entries[key].flatMap { Self.wait(for: $0, allowance: allowance, limits: limits, at: time) }
            }
            if let longest = waits.max() { return longest }
            for (key, _) in keys {
                let recent = entries[key].flatMap { time.elapsed(since: $0.last) < limits.memory ? $0 : nil }
                entries[key] = Entry(failures: (recent?.failures ?? 0) + 1, last: time)
            }
            if entries.count > limits.capacity { Self.forget(&entries, limits: limits, at: time) }
            return nil
        }
    }

    /// The password was right: the account is forgiven, the address gets this one attempt back.
    package func succeeded(user: String, address: String) {
        entries.withLock { entries in
            entries[.user(user)] = nil
            if let entry = entries[.address(address)] {
                entries[.address(address)] =
                    entry.failures > 1 ? Entry(failures: entry.failures - 1, last: entry.last) : nil
            }
        }
    }

    private static func wait(for entry: Entry, allowance: Int, limits: Limits, at time: Timestamp) -> Duration? {
        let passed = time.elapsed(since: entry.last)
        guard entry.failures >= allowance, passed < limits.memory else { return nil }
        let doublings = min(entry.failures - allowance, 20)
        let wait = min(limits.firstWait * (1 << doublings), limits.longestWait)
        return passed < wait ? wait - max(passed, .zero) : nil
    }

    private static func forget(_ entries: inout [Key: Entry], limits: Limits, at time: Timestamp) {
        entries = entries.filter { time.elapsed(since: $0.value.last) < limits.memory }
        guard entries.count > limits.capacity else { return }
        for (key, _) in entries.sorted(by: { $0.value.last < $1.value.last }).prefix(entries.count / 4) {
            entries[key] = nil
        }
    }
}
