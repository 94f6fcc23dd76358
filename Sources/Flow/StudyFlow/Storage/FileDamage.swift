// A file is no longer what was received.

import Archive
import Audit
import Database
import Logging
import Observability
import Vocabulary

/// Sets the file aside, asks for it again, and tells everybody who should know.
package struct FileDamage: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: `false`, and nothing changed, when the row changed since the file was read.
    @discardableResult
    package func report(_ instance: InstanceRecord, _ fault: FileFault, by finder: String) throws -> Bool {
        let wakes = try flow.database.writeBlocking { transaction -> Wakes? in
            var wakes = Wakes(study: instance.studyInstanceUID)
            guard try note(instance, fault, by: finder, in: transaction, wakes: &wakes) else { return nil }
            return wakes
        }
        guard let wakes else { return false }
        MetricRegistry.shared.add(to: "jieli_files_damaged_total", labels: ["state": fault.state.rawValue])
        flow.logger.log(
            .error, "a stored file is damaged or missing; it is fetched again from where it is kept",
            [
                .study: "\(instance.studyInstanceUID)", .sopInstance: "\(instance.sopInstanceUID)",
                .path: "\(instance.path)", .reason: "\(fault.reason)",
            ])
        wakes.ring(flow.signals)
        return true
    }

    private func note(
        _ instance: InstanceRecord, _ fault: FileFault, by finder: String, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        guard let known = try flow.catalogue.instance(instance.sopInstanceUID, in: transaction), known == instance
        else {
            return false
        }
        let now = flow.clock.now()
        try flow.absences.leave(
            known, as: fault.state, reason: fault.reason, at: now, in: transaction)
        try flow.fileRequests.add(
            [known.sopInstanceUID], of: known.studyInstanceUID, for: .repair, by: finder, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .instanceDamaged, by: .system(finder), at: now, outcome: .failed, study: known.studyInstanceUID,
                instance: known.sopInstanceUID, detail: fault.reason), in: transaction)
        // Last: whatever is refused before leaves the file where it was.
        if let aside = try flow.store.setAside(damaged: known.path, at: now) {
            try flow.absences.note(asidePath: aside, of: known.sopInstanceUID, in: transaction)
        }
        wakes.storage = true
        wakes.changes.insert(FlowChange(.storage, known.studyInstanceUID))
        return true
    }
}
