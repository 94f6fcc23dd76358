// What /readyz and /metrics say about this node.

import HTTPService
import Observability
import Reading
import StudyFlow
import Vocabulary

struct NodeReadiness: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func readiness() async -> Readiness {
        do {
            _ = try await NodeViews(flow).overview()
            return Readiness(parts: [.init(name: "database", isReady: true), .init(name: "archive", isReady: true)])
        } catch {
            flow.logger.log(.error, "the node is not ready", [.error: "\(error.sentence)"])
            return Readiness(parts: [
                .init(name: "database", isReady: false, reason: "the database or the archive does not answer")
            ])
        }
    }

    private func setAlarms(_ alarms: AssignmentAlarms, _ metrics: MetricRegistry) {
        metrics.set(Double(alarms.tasks.overdue), of: "jieli_tasks_overdue")
        metrics.set(max(0, alarms.oldestOverdue?.seconds ?? 0), of: "jieli_task_oldest_overdue_seconds")
        for stage in VisibilityStage.allCases {
            metrics.set(
                Double(alarms.tasks.waiting[stage] ?? 0), of: "jieli_tasks_waiting", labels: ["seen_by": stage.rawValue]
            )
        }
        metrics.set(Double(alarms.readersOnDuty.count), of: "jieli_readers_on_duty")
        metrics.set(alarms.backlog.minutes, of: "jieli_backlog_minutes")
        metrics.set(Double(alarms.uncovered.count), of: "jieli_shifts_uncovered")
    }

    func refreshMetrics() async {
        do {
            let overview = try await NodeViews(flow).overview()
            let metrics = MetricRegistry.shared
            metrics.set(Double(overview.space.free), of: "jieli_disk_free_bytes")
            metrics.set(Double(overview.space.total), of: "jieli_disk_total_bytes")
            let files = overview.files
            metrics.set(Double(files.forecast.reserved), of: "jieli_disk_reserved_bytes")
            metrics.set(files.forecast.bytesPerSecond ?? 0, of: "jieli_disk_fill_bytes_per_second")
            metrics.set(files.forecast.timeLeft?.seconds ?? -1, of: "jieli_disk_left_seconds")
            metrics.set(Double(files.files.evicted), of: "jieli_files_evicted")
            metrics.set(Double(files.files.faults), of: "jieli_files_at_fault")
            metrics.set(Double(overview.storage.instances), of: "jieli_instances")
            metrics.set(Double(overview.storage.studies), of: "jieli_studies")
            metrics.set(Double(overview.unresolvedConflicts.count), of: "jieli_conflicts_unresolved")
            metrics.set(Double(overview.quarantine.entries), of: "jieli_quarantine_objects")
            metrics.set(Double(overview.quarantine.bytes), of: "jieli_quarantine_bytes")
            metrics.set(Double(overview.parkedEvents.count), of: "jieli_events_parked")
            metrics.set(Double(overview.worklist[.ready]), of: "jieli_tasks_ready")
            if let alarms = overview.alarms { setAlarms(alarms, metrics) }
            let obligations = try await NodeViews(flow).obligationSummary()
            metrics.set(Double(obligations.total), of: "jieli_obligations_open")
            metrics.set(
                obligations.oldest.map { max(0, overview.now.elapsed(since: $0).seconds) } ?? 0,
                of: "jieli_obligation_oldest_seconds")
            for link in overview.links {
                let labels = ["peer": link.peer.rawValue]
                metrics.set(
                    Double(link.unacknowledgedEvents.count), of: "jieli_events_unacknowledged", labels: labels)
                if let queue = link.queue {
                    metrics.set(Double(queue.counts.open), of: "jieli_deliveries_open", labels: labels)
                    metrics.set(Double(queue.bytesWaiting), of: "jieli_delivery_bytes_waiting", labels: labels)
                    metrics.set(
                        Double(queue.rate?.bytesPerSecond(at: overview.now) ?? 0), of: "jieli_link_bytes_per_second",
                        labels: labels)
                    metrics.set(
                        Double(queue.rate?.associations ?? 0), of: "jieli_link_associations", labels: labels)
                    metrics.set(
                        Double(queue.rate?.limit?.bitsPerSecond ?? 0), of: "jieli_link_limit_bits_per_second",
                        labels: labels)
                    metrics.set(
                        queue.oldestCreatedAt.map { overview.now.elapsed(since: $0).seconds } ?? 0,
                        of: "jieli_delivery_oldest_seconds", labels: labels)
                }
                if let heard = link.status?.heardAt {
                    metrics.set(
                        overview.now.elapsed(since: heard).seconds, of: "jieli_peer_silent_seconds", labels: labels)
                }
            }
        } catch {
            flow.logger.log(.error, "metrics could not be read", [.error: "\(error.sentence)"])
        }
    }
}
