// How the links do, written down and acted on.

import Observability
import Vocabulary

/// Measures each link while the relay runs: adapts its number of associations, and writes its rate where pages, heartbeats
/// and other processes read it.
struct LinkReporter: Sendable {
    static let tick = Duration.milliseconds(500)
    /// Each report is a commit.
    static let ticksPerReport = 6

    let links: [DestinationLink]
    let tools: RelayTools
    /// Called after each report on a link that moves, or has just stopped.
    let onReport: @Sendable (NodeName) -> Void

    func run() async {
        var ticks = 0
        var moving: Set<NodeName> = []
        while !Task.isCancelled {
            do {
                try await tools.clock.sleep(for: Self.tick)
                for link in links { link.adapt() }
                ticks += 1
                if ticks % Self.ticksPerReport == 0 { try await report(&moving) }
            } catch is CancellationError {
                return
            } catch {
                // Sending goes on without being measured; the next report is soon.
                tools.logger.log(.error, "the rate of a link could not be written down", [.error: "\(error)"])
            }
        }
    }

    private func report(_ moving: inout Set<NodeName>) async throws {
        let (ledger, now) = (tools.links, tools.now())
        for link in links {
            let (destination, traffic) = (link.destination, link.traffic)
            let rate = LinkRate(
                bytesPerSecond: Int64(traffic.pacer.rate), associations: traffic.associations,
                limit: traffic.pacer.limit, at: now)
            // An idle link is written down once.
            guard rate.bytesPerSecond > 0 || moving.contains(destination) else { continue }
            try await tools.database.write { try ledger.recordRate(rate, to: destination, in: $0) }
            if rate.bytesPerSecond > 0 { moving.insert(destination) } else { moving.remove(destination) }
            onReport(destination)
        }
    }
}
