// Another patient than the modality wrote.

import Archive
import Audit
import Database
import Reading
import Vocabulary

/// The bytes stay as they were acquired; catalogue, pages, DICOMweb's metadata and reports made from now on name the corrected
/// patient. A report that was signed for the wrong one is recalled: it must be signed again.
struct PatientCorrections: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    func apply(
        _ correction: PatientCorrection, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        guard try flow.patientCorrections.record(correction, in: transaction) else { return false }
        let study = correction.study
        try flow.audit.record(
            AuditEvent(
                correction.isWithdrawn ? .patientRestored : .patientCorrected, by: actor, at: flow.clock.now(),
                study: study, detail: correction.decision.reason), in: transaction)
        // What is shown in this study carries its patient, and so do tasks of it.
        try StudyBar(flow).review(study, because: .patientCorrected, in: transaction, wakes: &wakes)
        try recallReport(of: study, in: transaction, wakes: &wakes)
        try OrderMatching(flow).match(study, in: transaction, wakes: &wakes)
        return true
    }

    private func recallReport(
        of study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let task = try flow.tasks.currentTask(of: study, in: transaction), task.isOwned(by: flow.node.name),
            [.final, .released, .delivered, .acknowledged].contains(task.state)
        else { return }
        let now = flow.clock.now()
        let recalled = try flow.tasks.recall(task.id, reason: "患者信息已更正，请核对后重新签发", at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .taskRecalled, by: .system("corrections"), at: now, study: study, object: task.id.rawValue,
                detail: "its report names another patient"), in: transaction)
        try TaskPassing(flow).tellBelow(recalled, in: transaction, wakes: &wakes)
    }
}
