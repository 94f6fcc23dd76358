// Sharing the server's connections among those who call.

import Observability

/// Bounds connections in all and from each address. When all are taken, a newcomer gets the place of a connection without
/// a request under way, of the address that has most of those; within an address the one that rests for longest goes.
final class ConnectionShares: Sendable {
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Entry {
        var address: String
        var close: @Sendable () -> Void
        var isBusy = false
        /// Grows with each change: who rests for longest has the smallest.
        var since: UInt64
    }

    private struct State {
        var entries: [Ticket: Entry] = [:]
        var counter: UInt64 = 0

        mutating func next() -> UInt64 {
            counter += 1
            return counter
        }
    }

    private let maximum: Int
    private let maximumPerAddress: Int
    private let state = LockedBox(State())

    init(maximum: Int, maximumPerAddress: Int) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    /// `nil` when there is no place. `close` may be called from any thread, once.
    func admit(address: String, close: @escaping @Sendable () -> Void) -> Ticket? {
        let (ticket, victim) = state.withLock { state -> (Ticket?, Entry?) in
            guard state.entries.values.count(where: { $0.address == address }) < maximumPerAddress else {
                return (nil, nil)
            }
            var victim: Entry?
            if state.entries.count >= maximum {
                guard let found = Self.victim(among: state.entries) else { return (nil, nil) }
                victim = state.entries.removeValue(forKey: found)
            }
            let number = state.next()
            let ticket = Ticket(number: number)
            state.entries[ticket] = Entry(address: address, close: close, since: number)
            return (ticket, victim)
        }
        victim?.close()
        if ticket == nil || victim != nil {
            MetricRegistry.shared.add(
                to: "jieli_https_connections_ended_total", labels: ["reason": "too many connections"])
        }
        return ticket
    }

    private static func victim(among entries: [Ticket: Entry]) -> Ticket? {
        let resting = entries.filter { !$0.value.isBusy }
        let counts = resting.values.reduce(into: [String: Int]()) { $0[$1.address, default: 0] += 1 }
        return resting.min {
            let (first, second) = (counts[$0.value.address] ?? 0, counts[$1.value.address] ?? 0)
            return first == second ? $0.value.since < $1.value.since : first > second
        }?.key
    }

    func mark(_ ticket: Ticket, isBusy: Bool) {
        state.withLock { state in
            let now = state.next()
            state.entries[ticket]?.isBusy = isBusy
            state.entries[ticket]?.since = now
        }
    }

    func leave(_ ticket: Ticket) { state.withLock { $0.entries[ticket] = nil } }

    var count: Int { state.withLock { $0.entries.count } }
}
