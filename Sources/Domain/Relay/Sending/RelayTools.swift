// What all workers of a relay share.

import Database
import Logging
import Observability
import Vocabulary

struct RelayTools: Sendable {
    let configuration: RelayConfiguration
    let database: Database
    let transport: any DeliveryTransport
    let ranges: (any RangeTransport)?
    let signal: RelaySignal
    let traffic: RelayTraffic
    let logger: Logger
    let clock: any Clock<Duration>
    let wallClock: WallClock
    let random: @Sendable () -> Double
    let ledger = DeliveryLedger()
    let links = LinkLedger()
    /// Rows leased by this process, whose leases are to be renewed.
    let leased = LockedBox<Set<Int64>>([])
    /// How often leases were compared with the ledger.
    let reconsidered = LockedBox(0)

    func now() -> Timestamp { wallClock.now() }

    /// Returns after `duration`, at the next change of `wakeup` since `seen`, or when cancelled.
    func sleep(atMost duration: Duration, orUntil wakeup: Wakeup, changesSince seen: UInt64) async {
        guard duration > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in
                do { try await clock.sleep(for: duration) } catch { return }
            }
            group.addTask { await wakeup.wait(since: seen) }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Set once when the service is asked to end gracefully.
final class RelayStop: Sendable {
    private struct State {
        var isStopping = false
        var actions: [@Sendable () -> Void] = []
    }

    private let state = LockedBox(State())

    var isStopping: Bool { state.withLock { $0.isStopping } }

    func onStop(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.actions.append(action) } }

    func stop() {
        let actions = state.withLock { state in
            state.isStopping = true
            return state.actions
        }
        for action in actions { action() }
    }
}
