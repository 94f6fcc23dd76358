// Open associations with nothing to send.

import Observability
import Vocabulary

/// Where associations wait for the next rows, so that these need no new one.
final class IdleAssociations: Sendable {
    private struct Seat {
        var contexts: Set<DeliveryContext>
        var continuation: CheckedContinuation<Lease?, Never>
    }

    private struct State {
        var seats: [Int: Seat] = [:]
        var next = 0
        /// Waits cancelled before they began.
        var cancelled: Set<Int> = []
        var isClosed = false
    }

    private let state = LockedBox(State())

    /// Waits for rows that an association with `contexts` can carry.
    ///
    /// - Parameter seated: called when it can be found: what comes from now on is handed to it.
    /// - Returns: `nil` after `limit`, when dismissed, or when cancelled.
    func wait(
        with contexts: Set<DeliveryContext>, atMost limit: Duration, clock: any Clock<Duration>,
        seated: @escaping @Sendable () -> Void
    ) async -> Lease? {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Timed out or no longer needed: either way nobody waits here any more.
                do { try await clock.sleep(for: limit) } catch {}
                self.end(number)
            }
            let lease = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = state.withLock { state in
                        if state.isClosed || state.cancelled.remove(number) != nil { return true }
                        state.seats[number] = Seat(contexts: contexts, continuation: continuation)
                        return false
                    }
                    seated()
                    if isOver { continuation.resume(returning: nil) }
                }
            } onCancel: {
                end(number)
            }
            group.cancelAll()
            await group.waitForAll()
            state.withLock { _ = $0.cancelled.remove(number) }
            return lease
        }
    }

    /// Hands `lease` to an association that can carry all of it.
    ///
    /// - Returns: whether there was one.
    func hand(_ lease: Lease) -> Bool {
        let needed = Set(lease.waiting.map(\.context))
        let seat = state.withLock { state in
            let found = state.seats.first { $0.value.contexts.isSuperset(of: needed) }
            return found.flatMap { state.seats.removeValue(forKey: $0.key) }
        }
        seat?.continuation.resume(returning: lease)
        return seat != nil
    }

    /// All of them end, now and later: the relay stops.
    func close() {
        state.withLock { $0.isClosed = true }
        dismiss()
    }

    /// All of them end: the link is in trouble.
    func dismiss() {
        let seats = state.withLock { state in
            defer { state.seats = [:] }
            return Array(state.seats.values)
        }
        for seat in seats { seat.continuation.resume(returning: nil) }
    }

    private func end(_ number: Int) {
        let seat = state.withLock { state in
            let seat = state.seats.removeValue(forKey: number)
            if seat == nil { state.cancelled.insert(number) }
            return seat
        }
        seat?.continuation.resume(returning: nil)
    }
}
