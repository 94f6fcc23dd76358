// The relay: brings every delivery to its destination.

import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Sends what the ledger owes, for ever.
///
/// Each destination has a dispatcher that leases the most urgent rows, and workers, one association each, that send them
/// and settle each row by the destination's answer. Less urgent ones pause at their next PDU (`LinkPrecedence`). A destination that can't be reached rests with a growing, capped delay, and
/// hurts no other. Killing the process at any point loses nothing: its leases are freed at the next start.
///
/// Graceful shutdown gives unsent rows back, lets the instance on the wire finish for `shutdownGrace`, releases the
/// associations and returns. Cancellation returns as soon as the transport lets go.
package struct RelayService: Service {
    private enum Ended {
        case dispatcher, keeper, watch, reporter, grace
    }

    private let configuration: RelayConfiguration
    private let tools: RelayTools
    private let onReport: @Sendable (NodeName) -> Void

    /// - Parameters:
    ///   - ranges: for instances that were interrupted; without it they are sent in one piece for ever.
    ///   - traffic: shared with whoever else sends on these links; its own by default.
    ///   - signal: poked after every commit that queues, releases or retries.
    ///   - clock: waits; `wallClock` is what is written down.
    ///   - random: 0 ..< 1, spreads the back-off.
    ///   - onReport: called every few seconds for each link that moves, after its rate was written down.
    package init(
        configuration: RelayConfiguration, database: Database, transport: any DeliveryTransport,
        ranges: (any RangeTransport)? = nil, traffic: RelayTraffic? = nil, signal: RelaySignal, logger: Logger,
        clock: any Clock<Duration> = ContinuousClock(), wallClock: WallClock = .system,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onReport: @escaping @Sendable (NodeName) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.onReport = onReport
        tools = RelayTools(
            configuration: configuration, database: database, transport: transport, ranges: ranges, signal: signal,
            traffic: traffic ?? RelayTraffic(configuration), logger: logger, clock: clock, wallClock: wallClock,
            random: random)
    }

    package func run() async throws {
        let (tools, owner) = (tools, configuration.owner)
        let (recovered, start) = try await tools.database.write { transaction in
            (try tools.ledger.recover(owner: owner, in: transaction), try tools.ledger.changeNumber(in: transaction))
        }
        tools.logger.log(.info, "relay started", [.count: "\(recovered)"])
        let stop = RelayStop()
        let links = configuration.destinations.map { DestinationLink($0, tools: tools) }
        var running = links.count
        let grace = links.isEmpty ? .zero : configuration.shutdownGrace
        await withTaskGroup(of: Ended.self) { group in
            for link in links {
                stop.onStop { link.stop() }
                group.addTask {
                    await DestinationDispatcher(link: link, tools: tools, stop: stop).run()
                    return .dispatcher
                }
            }
            group.addTask {
                await LeaseKeeper(tools: tools).run()
                return .keeper
            }
            group.addTask {
                await LinkReporter(links: links, tools: tools, onReport: onReport).run()
                return .reporter
            }
            group.addTask {
                await QueueWatch(links: links, tools: tools, start: start).run()
                return .watch
            }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    stop.stop()
                    try await tools.clock.sleep(for: grace)
                } catch {
                    // Cancelled: so is everything else here.
                    stop.stop()
                }
                return .grace
            }
            for await ended in group {
                if ended == .dispatcher { running -= 1 }
                if ended == .grace || (ended == .dispatcher && running == 0) { group.cancelAll() }
            }
        }
        tools.logger.log(.info, "relay stopped", [:])
    }
}
