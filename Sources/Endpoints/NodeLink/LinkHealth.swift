// Whether a parent answers.

import Logging
import Observability
import Vocabulary

/// Shared by a link's two loops: one log line when it goes down, one when it is back, none per attempt.
final class LinkHealth: Sendable {
    private struct State {
        /// `nil` before the first attempt has ended.
        var isUp: Bool?
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
        var next = 0
    }

    private let parent: NodeName
    private let logger: Logger
    private let onReturn: @Sendable () -> Void
    private let state = LockedBox(State())

    /// - Parameter onReturn: called each time the link is up again, or for the first time.
    init(_ parent: NodeName, logger: Logger, onReturn: @escaping @Sendable () -> Void = {}) {
        self.parent = parent
        self.logger = logger
        self.onReturn = onReturn
    }

    func failed(_ error: any Error) {
        let wasUp = state.withLock { state in
            defer { state.isUp = false }
            return state.isUp != false
        }
        MetricRegistry.shared.set(0, of: "jieli_link_up", labels: ["peer": parent.rawValue])
        guard wasUp else {
            logger.log(.debug, "the parent is still away", [.peer: "\(parent)", .error: "\(error.sentence)"])
            return
        }
        logger.log(
            .warning, "the link to a parent is down; it is tried again until it is back",
            [.peer: "\(parent)", .error: "\(error.sentence)"])
    }

    func succeeded() {
        let (isNews, waiting) = state.withLock { state in
            let isNews = state.isUp != true
            state.isUp = true
            return (isNews, isNews ? Array(state.waiting.values) : [])
        }
        guard isNews else { return }
        MetricRegistry.shared.set(1, of: "jieli_link_up", labels: ["peer": parent.rawValue])
        logger.log(.info, "the link to a parent is up", [.peer: "\(parent)"])
        onReturn()
        for continuation in waiting { continuation.yield() }
    }

    /// The parent was reached in another way: whoever waits for the next attempt need not.
    func nudge() {
        for continuation in state.withLock({ Array($0.waiting.values) }) { continuation.yield() }
    }

    /// Yields when the link comes back or is worth another attempt, from now on.
    func recoveries() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.waiting[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [state] _ in state.withLock { _ = $0.waiting.removeValue(forKey: number) } }
        return stream
    }
}
