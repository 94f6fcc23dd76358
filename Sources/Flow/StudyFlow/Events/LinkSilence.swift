// Neighbours that are not heard any more.

import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Whether a neighbour was heard lately. Both ends judge alike: the child hears the parent's answers, the parent the
/// child's polls.
package enum LinkSilence {
    /// A link that is idle carries a heartbeat every six seconds.
    package static let limit: Duration = .seconds(13)

    /// Since when the neighbour is silent; `nil` while it is not, or was never heard.
    package static func since(_ heardAt: Timestamp?, now: Timestamp) -> Timestamp? {
        guard let heardAt, now.elapsed(since: heardAt) > limit else { return nil }
        return heardAt
    }
}

/// Notices within a second when a neighbour falls silent or is back: silence by itself wakes nobody.
package struct LinkSilenceWatch: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var silent: [NodeName: Timestamp] = [:]
            while !Task.isCancelled {
                do {
                    silent = try await look(before: silent)
                    try await clock.sleep(for: .seconds(1))
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(.error, "the state of links cannot be read", [.error: "\(error)"])
                    do { try await clock.sleep(for: .seconds(10)) } catch { return }
                }
            }
        }
    }

    private func look(before: [NodeName: Timestamp]) async throws -> [NodeName: Timestamp] {
        let statuses = try await flow.database.read { try flow.peerStatuses(in: $0) }
        let now = flow.clock.now()
        var silent: [NodeName: Timestamp] = [:]
        for status in statuses {
            let since = LinkSilence.since(status.heardAt, now: now)
            silent[status.peer] = since
            MetricRegistry.shared.set(
                since.map { Double($0.milliseconds) / 1000 } ?? 0, of: "jieli_link_down_since_seconds",
                labels: ["peer": status.peer.rawValue])
        }
        for (peer, since) in silent where before[peer] == nil {
            flow.logger.log(.warning, "a neighbour is not heard any more", [.peer: "\(peer)", .since: "\(since)"])
        }
        for peer in before.keys where silent[peer] == nil {
            flow.logger.log(.info, "a neighbour is heard again", [.peer: "\(peer)"])
        }
        if Set(silent.keys) != Set(before.keys) { flow.signals.publish(FlowChange(.link)) }
        return silent
    }
}
