// Months are counted before somebody waits for them.

import Database
import Logging
import Observability
import ServiceLifecycle
import Supervision
import Vocabulary

/// Counts each of the last twelve months that are over once a day, one after the other: a year's page then adds up what is
/// known and counts the running month only.
package struct FigureKeeper: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private static let months = 12
    /// A correction or a grade that comes late is in the figures after this time, and the next look.
    private static let patience: Duration = .seconds(20 * 3600)
    private static let lookEvery: Duration = .seconds(3600)
    /// After the start, and between two months: there is no hurry.
    private static let rest: Duration = .seconds(20)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.rest)
                    try await keep { try await clock.sleep(for: Self.rest) }
                    try await clock.sleep(for: Self.lookEvery)
                } catch is CancellationError {
                    return
                } catch {
                    flow.logger.log(
                        .error, "figures could not be counted ahead; it is tried again", [.error: "\(error.sentence)"])
                    do { try await clock.sleep(for: Self.lookEvery) } catch { return }
                }
            }
        }
    }

    /// One pass over the months.
    package func keep(resting: () async throws -> Void = {}) async throws {
        var month = CivilPeriod(.month, containing: flow.clock.now()).previous
        for _ in 0..<Self.months {
            try await SupervisionViews(flow).keep(month, patience: Self.patience)
            try await resting()
            month = month.previous
        }
    }
}
