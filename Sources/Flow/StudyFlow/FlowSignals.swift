// Who must wake up after a commit.

import Observability
import Relay
import ServiceLifecycle
import Vocabulary

/// A bell with one listener: rung before anybody listens, it is not forgotten; rung twice, it is heard once.
package final class Bell: Sendable {
    private struct State {
        var isRung = false
        /// The listener, and a number that tells this wait from an earlier one.
        var listener: (number: Int, continuation: CheckedContinuation<Void, Never>)?
        var waits = 0
    }

    private let state = LockedBox(State())

    package init() {}

    package func ring() {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            if state.listener == nil { state.isRung = true }
            return state.listener?.continuation
        }
        listener?.resume()
    }

    /// Returns when the bell was rung since the last call, when `limit` has passed, or when the task is cancelled.
    package func wait(atMost limit: Duration, clock: any Clock<Duration>) async {
        let number = state.withLock { state in
            state.waits += 1
            return state.waits
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Woken early or late, the listener must be let go.
                do { try await clock.sleep(for: limit) } catch {}
                self.stopListening(number)
            }
            await withTaskCancellationHandler {
                await self.listen(number)
            } onCancel: {
                stopListening(number)
            }
            group.cancelAll()
        }
    }

    /// Works now, whenever it rings, and now and then all the same, until the node ends. What fails is tried again.
    func attend(
        atLeastEvery limit: Duration, clock: any Clock<Duration>, _ work: @escaping @Sendable () async throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    // A node that ends is no failure.
                    if Task.isCancelled { return }
                    failed(error)
                }
                await self.wait(atMost: limit, clock: clock)
            }
        }
    }

    private func listen(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let resumesNow = state.withLock { state in
                guard !state.isRung, state.waits == number, !Task.isCancelled else {
                    state.isRung = false
                    return true
                }
                state.listener = (number, continuation)
                return false
            }
            if resumesNow { continuation.resume() }
        }
    }

    private func stopListening(_ number: Int) {
        let listener = state.withLock { state -> CheckedContinuation<Void, Never>? in
            // A wait that has not begun to listen yet finds its number passed and does not begin.
            if state.waits == number, state.listener == nil { state.waits += 1 }
            guard state.listener?.number == number else { return nil }
            defer { state.listener = nil }
            return state.listener?.continuation
        }
        listener?.resume()
    }
}

/// Something people may be looking at has changed.
package struct FlowChange: Hashable, Sendable {
    package enum Topic: String, Hashable, Sendable, CaseIterable {
        case study, task, order, report, queue, link, conflict, quarantine
        /// Somebody must hear of it at once.
        case critical
        /// Free space, damaged files.
        case storage
        /// Who is on duty or away.
        case roster
        /// Earlier studies were found, or are coming.
        case prior
    }

    package var topic: Topic
    package var study: StudyInstanceUID?

    package init(_ topic: Topic, _ study: StudyInstanceUID? = nil) {
        self.topic = topic
        self.study = study
    }
}

/// The bells of one node. Rung after the commit, never inside the transaction.
package final class FlowSignals: Sendable {
    package let relay = RelaySignal()
    package let settlement = Bell()
    package let receipts = Bell()
    package let homecoming = Bell()
    package let release = Bell()
    /// Files are wanted back.
    package let storage = Bell()
    package let compression = Bell()
    package let acquiredForms = Bell()
    /// Studies are to be read again.
    package let texts = Bell()
    /// A task, a reader or the roster changed.
    package let assignment = Bell()
    /// Earlier studies are wanted, or have come.
    package let priors = Bell()
    /// Earlier studies were granted: they can be fetched.
    package let grantedPriors = Bell()
    private let links: LockedBox<[NodeName: [Int: AsyncStream<Void>.Continuation]]> = LockedBox([:])
    private let viewers = LockedBox<[Int: AsyncStream<FlowChange>.Continuation]>([:])
    private let numbers = LockedBox(0)

    package init() {}

    // MARK: Links

    /// Events wait for `peer`.
    package func wakeLink(_ peer: NodeName) {
        let waiting = links.withLock { Array(($0[peer] ?? [:]).values) }
        for continuation in waiting { continuation.yield() }
    }

    /// Yields whenever events may wait for `peer`. Subscribe first, look into the outbox second.
    package func linkWakeups(_ peer: NodeName) -> AsyncStream<Void> {
        let number = next()
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        links.withLock { $0[peer, default: [:]][number] = continuation }
        continuation.onTermination = { [links] _ in links.withLock { _ = $0[peer]?.removeValue(forKey: number) } }
        return stream
    }

    // MARK: Pages

    package func publish(_ change: FlowChange) {
        let waiting = viewers.withLock { Array($0.values) }
        for continuation in waiting { continuation.yield(change) }
    }

    /// Changes from now on; a slow viewer loses the oldest.
    package func changes() -> AsyncStream<FlowChange> {
        let number = next()
        let (stream, continuation) = AsyncStream<FlowChange>.makeStream(bufferingPolicy: .bufferingNewest(256))
        viewers.withLock { $0[number] = continuation }
        continuation.onTermination = { [viewers] _ in viewers.withLock { _ = $0.removeValue(forKey: number) } }
        return stream
    }

    private func next() -> Int {
        numbers.withLock { number in
            number += 1
            return number
        }
    }
}
