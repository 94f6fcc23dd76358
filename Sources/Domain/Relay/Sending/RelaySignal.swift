// Telling the relay that there is work.

import Observability
import Vocabulary

/// Wakes the relay. Poke it after the commit that queued or released deliveries; a poke before anybody waits
/// is not lost.
package final class RelaySignal: Sendable {
    private let wakeups = LockedBox<[NodeName: Wakeup]>([:])
    private let listeners = LockedBox<[@Sendable (NodeName) -> Void]>([])
    /// Of the ledger, other than new rows.
    let changes = Wakeup()

    package init() {}

    /// There is work for `destination`. A worker that holds a batch less urgent than `priority` gives back
    /// what is not on the wire.
    package func poke(_ destination: NodeName, priority: Priority = .routine) {
        wakeup(for: destination).signal { $0.pokes[priority, default: 0] += 1 }
    }

    /// Priorities of rows may have changed that are leased or on the wire.
    package func reconsider() { changes.signal { $0.mustReconsider = true } }

    /// Tells `action` whenever a destination that could not be reached takes deliveries again.
    package func onReached(_ action: @escaping @Sendable (NodeName) -> Void) {
        listeners.withLock { $0.append(action) }
    }

    func reached(_ destination: NodeName) {
        for action in listeners.withLock({ $0 }) { action(destination) }
    }

    /// There may be work for anybody: a person retried.
    package func pokeAll() {
        for wakeup in wakeups.withLock({ Array($0.values) }) { wakeup.signal() }
    }

    /// The destination is heard again: whatever waits for it is tried at once. For the moment the link comes up, not
    /// for each sign of life: it would cut short every wait of an instance that the destination does not take.
    package func linkUp(_ destination: NodeName) {
        wakeup(for: destination).signal { $0.linkIsUp = true }
    }

    func wakeup(for destination: NodeName) -> Wakeup {
        wakeups.withLock { wakeups in
            if let found = wakeups[destination] { return found }
            let made = Wakeup()
            wakeups[destination] = made
            return made
        }
    }
}

/// A counter that tasks can wait on: whoever read it before a change does not sleep through the change.
final class Wakeup: Sendable {
    struct News: Sendable {
        /// How often work of each priority was announced.
        var pokes: [Priority: Int] = [:]
        var linkIsUp = false
        var mustReconsider = false
    }

    private struct State {
        var generation: UInt64 = 0
        var news = News()
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        /// Waiters cancelled before they were registered.
        var cancelled: Set<UInt64> = []
    }

    private let state = LockedBox(State())

    var generation: UInt64 { state.withLock { $0.generation } }

    func signal(_ change: (inout News) -> Void = { _ in }) {
        let waiters = state.withLock { state in
            state.generation += 1
            change(&state.news)
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// What was announced so far; a worker remembers it from just before its claim.
    var pokes: [Priority: Int] { state.withLock { $0.news.pokes } }

    /// Whether something more urgent than `priority` was announced since `pokes` was read.
    func isOutranking(_ priority: Priority, since pokes: [Priority: Int]) -> Bool {
        state.withLock { state in
            state.news.pokes.contains { $0.key < priority && $0.value != pokes[$0.key, default: 0] }
        }
    }

    func takeLinkUp() -> Bool {
        state.withLock { state in
            defer { state.news.linkIsUp = false }
            return state.news.linkIsUp
        }
    }

    func takeReconsider() -> Bool {
        state.withLock { state in
            defer { state.news.mustReconsider = false }
            return state.news.mustReconsider
        }
    }

    /// Returns when the generation is no longer `seen`, or the task is cancelled.
    func wait(since seen: UInt64) async {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.cancelled.remove(ticket) != nil || state.generation != seen { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: ticket)
                if waiter == nil { state.cancelled.insert(ticket) }
                return waiter
            }
            waiter?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(ticket) }
    }
}
