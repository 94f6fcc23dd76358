// Unanswered critical results grow louder.

import Audit
import CriticalResults
import Database
import Logging
import Observability
import ServiceLifecycle
import Vocabulary

/// Takes each step of the escalation when it is due, for what is read here: by this node's clock, whatever others show.
package struct CriticalResultWatch: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private static let lookEvery: Duration = .seconds(5)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await escalateDue()
                } catch {
                    flow.logger.log(
                        .error, "the escalation of critical results failed; it is tried again",
                        [.error: "\(error.sentence)"])
                }
                do { try await clock.sleep(for: Self.lookEvery) } catch { return }
            }
        }
    }

    /// - Returns: how many took a step.
    @discardableResult
    package func escalateDue() async throws -> Int {
        let open = try await flow.database.read { try flow.criticalResults.openCount(in: $0) }
        MetricRegistry.shared.set(Double(open), of: "jieli_critical_results_open")
        guard open > 0 else { return 0 }
        let (count, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let passing = CriticalResultPassing(flow)
            let raised = try flow.criticalResults.escalate(
                by: flow.criticalList, at: flow.clock.now(), in: transaction)
            for known in raised {
                try flow.audit.record(
                    AuditEvent(
                        .criticalResultEscalated, by: .system("escalation"), at: flow.clock.now(),
                        study: known.result.study, object: known.result.id.uuidString.lowercased(),
                        detail: "step \(known.result.level)"), in: transaction)
                try passing.tell(known, in: transaction, wakes: &wakes)
            }
            return (raised.count, wakes)
        }
        if count > 0 {
            flow.logger.log(.warning, "critical results are unanswered and were escalated", [.count: "\(count)"])
        }
        wakes.ring(flow.signals)
        return count
    }
}
