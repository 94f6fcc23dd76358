// One link's rate, shared by everybody who sends on it.

import Observability
import Vocabulary

/// Keeps what studies take of a link to its policy's rate, all associations and other carriers together, and changes the
/// rate as the policy's windows begin and end.
///
/// The most urgent callers are served first, and nobody is let through beyond the rate. It also counts what passes, limited
/// or not: whoever sends study bytes to the destination calls it for each piece.
package final class LinkPacer: Sendable {
    private struct State {
        var bucket: TokenBucket
        var rateReadAt: Duration
        var waiting: [Priority: Int] = [:]
        var meter = LinkMeter()
        var passed: Int64 = 0
        /// When it last made somebody wait.
        var heldBackAt: Duration?
    }

    /// A waiting thread looks this often whether its task was cancelled. The bucket holds more than that.
    private static let look = Duration.milliseconds(50)

    private let policy: LinkPolicy
    private let time: PacerTime
    private let wallClock: WallClock
    private let state: LockedBox<State>

    package init(_ policy: LinkPolicy, time: PacerTime = .system, wallClock: WallClock = .system) {
        self.policy = policy
        self.time = time
        self.wallClock = wallClock
        let now = time.now()
        state = LockedBox(
            State(bucket: TokenBucket(rate: policy.limit(at: wallClock.now()), at: now), rateReadAt: now))
    }

    /// In force now; `nil`: none.
    package var limit: DataRate? { policy.limit(at: wallClock.now()) }

    /// All that has passed, in bytes.
    package var passed: Int64 { state.withLock { $0.passed } }

    /// Bytes per second over the last seconds.
    package var rate: Double {
        let now = time.now()
        return state.withLock { $0.meter.rate(at: now) }
    }

    /// Whether the limit, rather than the line, kept somebody waiting within the last second.
    var isHoldingBack: Bool {
        let now = time.now()
        return state.withLock { state in state.heldBackAt.map { now - $0 < .seconds(1) } ?? false }
    }

    /// Returns when `bytes` may go. Blocks the calling thread: for threads of our own, an association's.
    ///
    /// - Throws: `CancellationError`, when the current task is cancelled while it waits.
    package func passBlocking(_ bytes: Int, priority: Priority = .routine) throws {
        guard var wait = begin(bytes, priority) else { return }
        defer { leave(priority) }
        while true {
            try Task.checkCancellation()
            time.block(min(wait, Self.look))
            guard let next = ask(bytes, priority) else { return }
            wait = next
        }
    }

    /// Returns when `bytes` may go.
    ///
    /// - Throws: `CancellationError`.
    package func pass(
        _ bytes: Int, priority: Priority = .routine, clock: any Clock<Duration> = ContinuousClock()
    ) async throws {
        guard var wait = begin(bytes, priority) else { return }
        defer { leave(priority) }
        while true {
            try await clock.sleep(for: min(wait, Self.look))
            guard let next = ask(bytes, priority) else { return }
            wait = next
        }
    }

    /// - Returns: `nil` when they may go at once; otherwise the caller is among those who wait.
    private func begin(_ bytes: Int, _ priority: Priority) -> Duration? {
        let now = time.now()
        return state.withLock { state in
            guard let wait = take(&state, bytes, priority, now) else { return nil }
            state.waiting[priority, default: 0] += 1
            return wait
        }
    }

    private func ask(_ bytes: Int, _ priority: Priority) -> Duration? {
        let now = time.now()
        return state.withLock { take(&$0, bytes, priority, now) }
    }

    private func leave(_ priority: Priority) { state.withLock { $0.waiting[priority, default: 0] -= 1 } }

    private func take(_ state: inout State, _ bytes: Int, _ priority: Priority, _ now: Duration) -> Duration? {
        follow(&state, now)
        if state.bucket.rate != nil {
            guard !state.waiting.contains(where: { $0.key < priority && $0.value > 0 }) else { return Self.look }
            if let wait = state.bucket.take(bytes, at: now) {
                state.heldBackAt = now
                return wait
            }
        }
        state.passed += Int64(bytes)
        state.meter.count(bytes, at: now)
        return nil
    }

    /// The policy's rate by the wall clock, looked up a few times a second at most.
    private func follow(_ state: inout State, _ now: Duration) {
        guard !policy.windows.isEmpty, now - state.rateReadAt >= .milliseconds(200) else { return }
        state.rateReadAt = now
        state.bucket.setRate(limit, at: now)
    }
}
