// Instances that are here already and come again.

import Archive
import Audit
import DICOM
import Database
import Vocabulary

extension InstanceIntake {
    /// What was rejected and is here already is not taken again. What is kept stays.
    func turnAway(
        _ error: IntakeError, _ instance: InstanceRecord, _ committed: CommittedFile, _ arrival: Arrival,
        at now: Timestamp, in transaction: Transaction
    ) throws {
        try forget(committed, besides: instance, in: transaction)
        if committed.path == instance.path, !instance.isHere { try flow.store.remove(committed.path) }
        try flow.audit.record(
            AuditEvent(
                .instanceRefused, by: arrival.source.auditActor, at: now, outcome: .refused,
                study: instance.studyInstanceUID, instance: instance.sopInstanceUID, detail: error.comment),
            in: transaction)
    }

    /// Made here a second time under a UID that comes of what it says: by a try that was stopped before all of its objects
    /// stood, or by two at once. Each signing gives other bytes; the first ones count. `nil` for anybody else's object.
    func madeBefore(
        _ existing: InstanceRecord, _ identity: InstanceIdentity, _ committed: CommittedFile, _ arrival: Arrival,
        in transaction: Transaction
    ) throws -> Verdict? {
        guard arrival.source.kind == .made, arrival.isNetworkMade, existing.isNetworkMade,
            existing.source.kind == .made || existing.source.kind == .found,
            existing.studyInstanceUID == identity.study
        else { return nil }
        try forget(committed, besides: existing, in: transaction)
        return .accepted(Accepted(instance: existing, wasKnown: true), Wakes(study: identity.study))
    }

    /// It may have been evicted or damaged, and now it is here again: in the form that was here, or as it was acquired.
    ///
    /// - Returns: whether its file is here.
    func comesBack(
        _ instance: InstanceRecord, _ header: InstanceHeader, _ identity: InstanceIdentity, _ committed: CommittedFile,
        _ arrival: Arrival, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        guard !instance.isHere else { return true }
        if identity.digest == instance.acquired?.digest {
            try flow.absences.adopt(
                StoredInstance(identity, at: committed, source: instance.source), header.transferSyntax,
                for: instance.sopInstanceUID, in: transaction)
        } else if identity.digest != instance.digest {
            return !instance.fileState.isFault
        }
        try FileRestoration(flow).note(
            instance.sopInstanceUID, at: committed, by: arrival.source.auditActor, in: transaction, wakes: &wakes)
        return true
    }
}
