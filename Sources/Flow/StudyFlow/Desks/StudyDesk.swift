// What people do with a study and its report.

import Audit
import Database
import Reading
import Vocabulary

package struct StudyDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Acts on bytes already queued, here and at every node above.
    package func setPriority(
        _ priority: Priority, of study: StudyInstanceUID, by person: Person
    ) async throws {
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            try StudyPriority(flow).set(
                priority, of: study, by: .user(person.user), in: transaction, wakes: &wakes)
            return wakes
        }
        wakes.ring(flow.signals)
    }

    /// The hospital has seen the report.
    package func acknowledgeReport(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        let (changed, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let changed = try ReportHomecoming(flow).acknowledge(
                task, by: person, in: transaction, wakes: &wakes)
            return (changed, wakes)
        }
        wakes.ring(flow.signals)
        return changed
    }

    /// Notes that somebody looked at a study: every access to patient data is on the trail.
    package func noteAccess(
        _ action: AuditAction, to study: StudyInstanceUID, by actor: AuditActor, address: String? = nil
    ) async throws {
        let event = AuditEvent(action, by: actor, at: flow.clock.now(), study: study, address: address)
        try await flow.database.write { try flow.audit.record(event, in: $0) }
    }
}
