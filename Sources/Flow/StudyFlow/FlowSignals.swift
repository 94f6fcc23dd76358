// Who must wake up after a commit.

import Observability
import Relay
import Vocabulary

/// A bell with one listener: rung before anybody listens, it is not forgotten; rung twice, it is heard once.
package final class Bell: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func ring() { continuation.yield() }

    /// Returns when the bell was rung since the last call, when `limit` has passed, or when the task is cancelled.
    package func wait(atMost limit: Duration, clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [stream] in
                for await _ in stream { break }
            }
            group.addTask {
                do { try await clock.sleep(for: limit) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Something people may be looking at has changed.
package struct FlowChange: Hashable, Sendable {
    package enum Topic: String, Hashable, Sendable, CaseIterable {
        case study, task, order, report, queue, link, conflict
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
