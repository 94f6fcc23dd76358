// From a signed report to DICOM instances on their way home.

import Archive
import Audit
import Database
import Logging
import Observability
import Reading
import ServiceLifecycle
import Vocabulary

/// Stores each final report as a Basic Text SR and an Encapsulated PDF of the same study, in series of their own, and
/// announces it to the node the study came from.
///
/// Works from the task's state: a node that was stopped between signature and release goes on where it was. The UIDs are
/// derived from the task and the report's version, so that doing it twice makes the same instances.
package struct ReportReleaseService: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await releaseDue()
                } catch {
                    flow.logger.log(.error, "looking for reports to release failed", [.error: "\(error.sentence)"])
                }
                await flow.signals.release.wait(atMost: .seconds(5), clock: clock)
            }
        }
    }

    package func releaseDue() async throws {
        for task in try await flow.database.read({ try flow.tasks.awaitingRelease(in: $0) }) {
            do {
                try await release(task)
            } catch {
                flow.logger.log(
                    .error, "a report could not be released; it is tried again",
                    [.study: "\(task.study)", .task: "\(task.id)", .error: "\(error.sentence)"])
            }
        }
    }

    /// The report's instances: those that an earlier try stored, or new ones.
    private func stored(_ material: ReportMaterial) async throws -> [InstanceRecord] {
        if let known = try await flow.database.read({ try material.stored(in: $0, flow) }) { return known }
        let intake = InstanceIntake(flow)
        return try material.instances(
            institution: flow.node.institution, store: flow.store, seal: flow.seal?.key
        ).map { try intake.accept($0, manner: .passing).instance }
    }

    private func release(_ task: ReadingTask) async throws {
        let measured = try await MeasurementStorage(flow).store(task, by: .system("report release"))
        let presentations = try MeasurementMaterial.presentations(among: measured, flow.store)
        let material = try await flow.database.read { snapshot -> ReportMaterial? in
            var material = try ReportMaterial(task, flow, in: snapshot)
            material?.presentations = presentations
            return material
        }
        guard let material else { return }
        let records = try await stored(material) + measured
        let announcement = material.announcement(readAt: flow.node, records: records)
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes(study: task.study)
            let now = flow.clock.now()
            let released = try flow.tasks.released(
                task.id, sr: announcement.report.srInstance, pdf: announcement.report.pdfInstance, at: now,
                in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .reportReleased, by: .system("report release"), at: now, study: task.study,
                    object: task.id.rawValue), in: transaction)
            try PeerReviewDesk(flow).choose(material, in: transaction)
            try TaskPassing(flow).tellBelow(released, in: transaction, wakes: &wakes)
            try ReportHomecoming(flow).arrived(
                announcement, source: flow.node.name, in: transaction, wakes: &wakes)
            return wakes
        }
        wakes.ring(flow.signals)
    }
}
