// Watches for studies that have gone quiet.

import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Also sweeps what else becomes due by time alone: leases that ran out, order waits that ended, and receipts that never
/// came.
package struct SettlementService: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    /// The longest sleep: a lease or an order wait may be set by another thread meanwhile.
    private let lookEvery: Duration = .seconds(5)
    /// Acknowledged events can be sent again to a peer whose database was restored from a backup of this age.
    private static let eventsKept: Duration = .seconds(14 * 24 * 3600)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                var pause = lookEvery
                do {
                    pause = min(try await sweep() ?? lookEvery, lookEvery)
                } catch {
                    flow.logger.log(.error, "settlement sweep failed; it is tried again", [.error: "\(error.sentence)"])
                }
                await flow.signals.settlement.wait(atMost: max(pause, .milliseconds(20)), clock: clock)
            }
        }
    }

    /// One pass over everything that is due now.
    ///
    /// - Returns: how long until the next study may settle; `nil` when none is open.
    package func sweep() async throws -> Duration? {
        let now = flow.clock.now()
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            try ClockSetBack(flow).mend(at: now, in: transaction)
            for study in try flow.passages.due(
                at: now, acquiredBy: flow.node.name, in: transaction)
            {
                try StudyAttempt(flow).step(study, in: transaction, wakes: &wakes) { wakes in
                    try StudySettlement(flow).settleQuiet(study, in: transaction, wakes: &wakes)
                }
            }
            try StudyAttempt(flow).retry(at: now, in: transaction, wakes: &wakes)
            let passing = TaskPassing(flow)
            let freed = try flow.tasks.expireLeases(at: now, in: transaction)
            for task in try freed + flow.tasks.endOrderWaits(at: now, in: transaction) {
                try passing.tellBelow(task, in: transaction, wakes: &wakes)
            }
            try QualityPassing(flow).closeAnswered(in: transaction, wakes: &wakes)
            try StudyBar(flow).sweep(in: transaction, wakes: &wakes)
            try ReceiptChase(flow).ask(at: now, in: transaction, wakes: &wakes)
            try flow.outbox.prune(acknowledgedBefore: now - Self.eventsKept, in: transaction)
            try flow.inbox.prune(receivedBefore: now - Self.eventsKept, in: transaction)
            return wakes
        }
        wakes.ring(flow.signals)
        return try await flow.database.read { snapshot in
            try flow.passages.nextDue(acquiredBy: flow.node.name, in: snapshot).map { $0.elapsed(since: now) }
        }
    }
}
