// Keeps lists, claims and clocks in step with time and staff.

import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary
import Workload

/// Sweeps when a task, a reader or the roster changed, and when a list widens or a shift changes by time alone.
package struct AssignmentService: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    /// The longest sleep: an account may be disabled from the command line.
    private static let lookEvery: Duration = .seconds(10)
    /// What is learned again at the start.
    private static let samples = 20_000

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await recollect()
            while !Task.isCancelled {
                var pause = Self.lookEvery
                do {
                    pause = min(try await sweep(), Self.lookEvery)
                } catch {
                    flow.logger.log(.error, "assignment failed; it is tried again", [.error: "\(error.sentence)"])
                }
                await flow.signals.assignment.wait(atMost: max(pause, .milliseconds(20)), clock: clock)
            }
        }
    }

    /// One pass over everything that is due now.
    ///
    /// - Returns: how long until the next is due.
    package func sweep() async throws -> Duration {
        let now = flow.clock.now()
        let (outcome, wakes, widening) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let outcome = try AssignmentSweep(flow).run(in: transaction, wakes: &wakes)
            return (outcome, wakes, try flow.tasks.nextWidening(in: transaction))
        }
        var told = wakes
        // Its own changes are no reason to look again.
        told.assignment = false
        told.ring(flow.signals)
        if outcome.isCutShort { return .zero }
        let next = [outcome.dutiesChangeAt, widening].compactMap { $0 }.min()
        return next.map { max(.zero, $0.elapsed(since: now)) } ?? Self.lookEvery
    }

    /// Learns from what readers took before the node was started.
    private func recollect() async {
        do {
            for sample in try await flow.database.read({ try flow.readingTimes.newest(Self.samples, in: $0) }) {
                flow.workforce.learn(sample)
            }
        } catch {
            flow.logger.log(.error, "reading times were not learned again", [.error: "\(error.sentence)"])
        }
    }
}
