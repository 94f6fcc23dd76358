// The rows one worker holds.

import Observability
import Vocabulary

/// What a worker has leased and not yet settled, so that whichever way an association ends, each row is accounted for.
final class Lease: Sendable {
    private struct State {
        var waiting: [Delivery] = []
        var onTheWire: Delivery?
        var hasGained = false
        var isOpen = false
        var isOver = false
    }

    private let state = LockedBox(State())
    /// The whole relay's set, whose leases are renewed.
    private let all: LockedBox<Set<Int64>>

    init(all: LockedBox<Set<Int64>>) { self.all = all }

    /// An association was had.
    var isOpen: Bool {
        get { state.withLock { $0.isOpen } }
        set { state.withLock { $0.isOpen = newValue } }
    }

    /// All was said on the association; how its release goes does not matter.
    var isOver: Bool {
        get { state.withLock { $0.isOver } }
        set { state.withLock { $0.isOver = newValue } }
    }

    var next: Delivery? { state.withLock { $0.waiting.first } }
    var onTheWire: Delivery? { state.withLock { $0.onTheWire } }
    var waiting: [Delivery] { state.withLock { $0.waiting } }

    func add(_ deliveries: [Delivery]) {
        state.withLock { $0.waiting += deliveries }
        all.withLock { $0.formUnion(deliveries.map(\.id)) }
    }

    /// The next one goes onto the wire.
    func begin() {
        state.withLock {
            $0.onTheWire = $0.waiting.first
            $0.hasGained = false
        }
    }

    /// The destination keeps more of the one on the wire than before.
    func gained() { state.withLock { $0.hasGained = true } }

    /// Whether it did since `begin`.
    var hasGained: Bool { state.withLock { $0.hasGained } }

    /// The destination answered for the one on the wire; it stays leased until `settled`.
    func answered() { state.withLock { $0.onTheWire = nil } }

    func settled(_ ids: some Sequence<Int64>) {
        let ids = Set(ids)
        state.withLock { $0.waiting.removeAll { ids.contains($0.id) } }
        all.withLock { $0.subtract(ids) }
    }

    /// Lets everything run out.
    func forget() {
        let ids = state.withLock { state in
            defer { state = State() }
            return state.waiting.map(\.id)
        }
        all.withLock { $0.subtract(ids) }
    }
}
