// Who may write on the link to one destination.

import Dispatch
import Observability
import Vocabulary

/// Lets the most urgent deliveries have a link to themselves: STAT, then urgent, then routine.
///
/// Each association with something to send holds a turn of its delivery's priority. Before each PDU it asks `pass`, which
/// blocks its thread while any turn is more urgent; the association stays open and goes on where it was. A turn counts
/// from the moment its rows are claimed to the moment the last of them is answered, so that neither the request of an
/// association nor the round trip between two instances is lost to the others.
///
/// At each level as many turns as the destination has associations: outranked ones don't count, so that urgent work always
/// finds an association, whatever routine work is on its way.
final class LinkPrecedence: Sendable {
    /// The right to send at one priority. Left when its holder has nothing to send any more; leaving twice is harmless.
    final class Turn: Sendable {
        fileprivate let number: Int
        private let precedence: LinkPrecedence

        fileprivate init(_ number: Int, _ precedence: LinkPrecedence) {
            self.number = number
            self.precedence = precedence
        }

        /// Blocks the calling thread while somebody more urgent has a turn.
        ///
        /// - Throws: `CancellationError` when such a wait is to end: cancelled, evicted, or the relay stops.
        func pass() throws { try precedence.pass(number) }

        /// Takes the turn at another priority, if there is room.
        func move(to priority: Priority) -> Bool { precedence.move(number, to: priority) }

        /// What it sends has become more or less urgent.
        func reprioritise(_ priority: Priority) { precedence.reprioritise(number, priority) }

        /// Ends a wait in `pass`, now and later.
        func cancel() { precedence.cancel(number) }

        func leave() { precedence.leave(number) }
    }

    private struct Entry {
        var priority: Priority
        var isCancelled = false
        /// Blocked in `pass`.
        var pause: DispatchSemaphore?
    }

    private struct State {
        var limit: Int
        var entries: [Int: Entry] = [:]
        var next = 0
        var wasRefused = false
        var isEnded = false

        func isOutranked(_ priority: Priority) -> Bool { entries.values.contains { $0.priority < priority } }

        func hasRoom(_ priority: Priority, except number: Int? = nil) -> Bool {
            entries.count { $0.key != number && $0.value.priority <= priority } < limit
        }

        /// Wakes whoever may have to decide anew.
        mutating func resume() {
            for (number, entry) in entries where isEnded || entry.isCancelled || !isOutranked(entry.priority) {
                entry.pause?.signal()
                entries[number]?.pause = nil
            }
        }
    }

    private let state: LockedBox<State>
    private let onRoom: @Sendable () -> Void
    private let onPause: @Sendable () -> Void

    /// - Parameters:
    ///   - limit: associations that may send at once at one priority.
    ///   - onRoom: called when somebody who was refused may ask again.
    ///   - onPause: called when a turn begins to wait for a more urgent one.
    init(
        limit: Int, onRoom: @escaping @Sendable () -> Void = {}, onPause: @escaping @Sendable () -> Void = {}
    ) {
        state = LockedBox(State(limit: max(1, limit)))
        self.onRoom = onRoom
        self.onPause = onPause
    }

    /// How many associations may send at once at one priority; more when it grows, fewer as turns end.
    var limit: Int {
        get { state.withLock { $0.limit } }
        set {
            state.withLock { $0.limit = max(1, newValue) }
            announceRoom()
        }
    }

    /// Turns that wait for more urgent ones just now.
    var paused: Int { state.withLock { $0.entries.values.count { $0.pause != nil } } }

    /// All turns, and those of them that may write.
    var turns: Int { state.withLock { $0.entries.count } }
    var writing: Int { state.withLock { $0.entries.values.count { $0.pause == nil } } }

    func hasRoom(_ priority: Priority) -> Bool {
        state.withLock { state in
            let hasRoom = state.hasRoom(priority)
            if !hasRoom { state.wasRefused = true }
            return hasRoom
        }
    }

    /// A turn, or `nil` when all of that level are taken.
    func enter(_ priority: Priority) -> Turn? {
        let number: Int? = state.withLock { state in
            guard state.hasRoom(priority) else {
                state.wasRefused = true
                return nil
            }
            state.next += 1
            state.entries[state.next] = Entry(priority: priority)
            return state.next
        }
        return number.map { Turn($0, self) }
    }

    /// Gives the place of one outranked association up: its instance is sent again later.
    ///
    /// For when the destination gives an urgent delivery no association while less urgent ones have theirs.
    func evict(below priority: Priority) {
        state.withLock { state in
            let lowest = state.entries.filter { $0.value.pause != nil && $0.value.priority > priority }
                .max { ($0.value.priority, $0.key) < ($1.value.priority, $1.key) }
            guard let lowest else { return }
            state.entries[lowest.key]?.isCancelled = true
            state.resume()
        }
    }

    /// The relay stops: nobody is kept waiting any longer.
    func end() {
        state.withLock { state in
            state.isEnded = true
            state.resume()
        }
    }

    // MARK: For turns

    private func pass(_ number: Int) throws {
        while let pause = try pauseNeeded(number) {
            onPause()
            pause.wait()
        }
    }

    private func pauseNeeded(_ number: Int) throws -> DispatchSemaphore? {
        try state.withLock { state in
            // A turn left meanwhile holds nobody up and is held up by nobody.
            guard let entry = state.entries[number] else { return nil }
            guard !entry.isCancelled else { throw CancellationError() }
            guard state.isOutranked(entry.priority) else { return nil }
            guard !state.isEnded else { throw CancellationError() }
            let pause = DispatchSemaphore(value: 0)
            state.entries[number]?.pause = pause
            return pause
        }
    }

    private func move(_ number: Int, to priority: Priority) -> Bool {
        let isMoved = state.withLock { state in
            guard state.entries[number] != nil, state.hasRoom(priority, except: number) else {
                state.wasRefused = true
                return false
            }
            state.entries[number]?.priority = priority
            state.resume()
            return true
        }
        if isMoved { announceRoom() }
        return isMoved
    }

    private func reprioritise(_ number: Int, _ priority: Priority) {
        state.withLock { state in
            state.entries[number]?.priority = priority
            state.resume()
        }
        announceRoom()
    }

    private func cancel(_ number: Int) {
        state.withLock { state in
            state.entries[number]?.isCancelled = true
            state.resume()
        }
    }

    private func leave(_ number: Int) {
        let wasThere = state.withLock { state in
            let entry = state.entries.removeValue(forKey: number)
            entry?.pause?.signal()
            state.resume()
            return entry != nil
        }
        if wasThere { announceRoom() }
    }

    private func announceRoom() {
        let isNews = state.withLock { state in
            defer { state.wasRefused = false }
            return state.wasRefused
        }
        if isNews { onRoom() }
    }
}
