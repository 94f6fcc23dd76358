// The rows one worker holds.

import Observability
import Vocabulary

/// What a worker has leased and not yet settled, all of one priority when it was claimed, so that whichever way an
/// association ends, each row is accounted for.
final class Lease: Sendable {
    private struct State {
        var turn: LinkPrecedence.Turn
        var round: Int
        var waiting: [Delivery]
        /// Taken by the destination, and not yet written down as sent.
        var accepted: Set<Int64> = []
        var onTheWire: Int64?
        var hasGained = false
        var isOpen = false
        var isOver = false
    }

    private let state: LockedBox<State>
    /// The whole relay's set, whose leases are renewed.
    private let all: LockedBox<Set<Int64>>

    /// - Parameter round: of the circuit breaker, to report results with.
    init(_ deliveries: [Delivery], turn: LinkPrecedence.Turn, round: Int, all: LockedBox<Set<Int64>>) {
        state = LockedBox(State(turn: turn, round: round, waiting: deliveries))
        self.all = all
        all.withLock { $0.formUnion(deliveries.map(\.id)) }
    }

    var turn: LinkPrecedence.Turn { state.withLock { $0.turn } }
    var round: Int { state.withLock { $0.round } }

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
    var waiting: [Delivery] { state.withLock { $0.waiting } }
    var onTheWire: Delivery? {
        state.withLock { state in state.waiting.first { $0.id == state.onTheWire } }
    }

    func add(_ deliveries: [Delivery]) {
        state.withLock { $0.waiting += deliveries }
        all.withLock { $0.formUnion(deliveries.map(\.id)) }
    }

    /// Takes over what `other` holds: its rows, its turn and its round.
    func adopt(_ other: Lease) {
        let (turn, round, rows) = other.state.withLock { state in
            defer { state.waiting = [] }
            return (state.turn, state.round, state.waiting)
        }
        state.withLock { state in
            state.turn = turn
            state.round = round
            state.waiting += rows
        }
    }

    /// The delivery goes onto the wire.
    ///
    /// - Returns: whether it is still held.
    func begin(_ id: Int64) -> Bool {
        state.withLock { state in
            guard state.waiting.contains(where: { $0.id == id }) else { return false }
            state.onTheWire = id
            state.hasGained = false
            return true
        }
    }

    /// The destination keeps more of the one on the wire than before.
    func gained() { state.withLock { $0.hasGained = true } }

    /// Whether it did since `begin`.
    var hasGained: Bool { state.withLock { $0.hasGained } }

    /// The destination answered for the one on the wire; it stays leased until `settled`.
    func answered() { state.withLock { $0.onTheWire = nil } }

    /// The destination took the one on the wire. It stays leased until `settled`, and is not sent or given back any more.
    func accepted(_ id: Int64) {
        state.withLock { state in
            state.onTheWire = nil
            state.waiting.removeAll { $0.id == id }
            state.accepted.insert(id)
        }
    }

    func settled(_ ids: some Sequence<Int64>) {
        let ids = Set(ids)
        state.withLock { state in
            state.waiting.removeAll { ids.contains($0.id) }
            state.accepted.subtract(ids)
            if state.onTheWire.map(ids.contains) == true { state.onTheWire = nil }
        }
        all.withLock { $0.subtract(ids) }
    }

    /// Lets everything run out.
    func forget() {
        let ids = state.withLock { state in
            defer { (state.waiting, state.accepted) = ([], []) }
            return state.waiting.map(\.id) + state.accepted
        }
        all.withLock { $0.subtract(ids) }
    }

    /// Acts on what the ledger says now: what is on the wire goes on at its new priority, untried rows of another priority
    /// leave the lease, and so do those that are nobody's any more.
    ///
    /// - Parameters:
    ///   - asked: the rows that were looked up.
    ///   - priorities: of those that are still this relay's.
    /// - Returns: rows to be given back to the queue.
    func reconsider(_ asked: Set<Int64>, _ priorities: [Int64: Priority]) -> [Int64] {
        let (turn, priority, back, gone) = state.withLock { state in
            let now = state.waiting.first { $0.id == state.onTheWire }.flatMap { priorities[$0.id] }
            let untried = state.waiting.filter { $0.id != state.onTheWire }
            let back = untried.filter { row in priorities[row.id].map { $0 != row.priority } ?? false }.map(\.id)
            let gone = untried.filter { asked.contains($0.id) && priorities[$0.id] == nil }.map(\.id)
            let leaving = Set(back + gone)
            state.waiting.removeAll { leaving.contains($0.id) }
            for index in state.waiting.indices {
                state.waiting[index].priority = priorities[state.waiting[index].id] ?? state.waiting[index].priority
            }
            return (state.turn, now, back, gone)
        }
        if let priority { turn.reprioritise(priority) }
        all.withLock { $0.subtract(back + gone) }
        return back
    }
}
