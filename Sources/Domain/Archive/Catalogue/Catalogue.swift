// What the archive holds: patients, studies, series, instances.

import DICOM
import Database
import Vocabulary

/// The index over the files. Stateless: every function works in the caller's transaction or snapshot, so that an
/// instance's row, its deliveries and its audit line become true together.
///
/// Aggregates (counts, modalities, first and last arrival) are kept up by each addition and never depend on who came
/// first; texts of patient, study and series are those of the first instance that has them.
package struct Catalogue: Sendable {
    package init() {}

    /// Takes in a committed instance.
    ///
    /// Of two calls with one SOP Instance UID, in whatever order their transactions run, one adds.
    /// - Parameter issuer: the hospital. `originNode` and `viaChild` count only where the study was not announced before.
    /// - Returns: `added` alone has changed anything; the file of a refused instance is the caller's to keep aside.
    package func record(
        _ header: InstanceHeader, stored: StoredInstance, issuer: String, originNode: NodeName,
        viaChild: NodeName? = nil, at time: Timestamp, in transaction: Transaction
    ) throws -> RecordOutcome {
        let study = header.studyInstanceUID
        let known = try origin(of: study, in: transaction)
        if let known, known.issuer != issuer { return .foreignIssuer(existing: known.issuer) }
        if let existing = try instance(header.sopInstanceUID, in: transaction) {
            return try compare(existing, with: stored, in: transaction)
        }
        let origin =
            try known
            ?? claim(
                StudyOrigin(
                    studyInstanceUID: study, issuer: issuer, originNode: originNode, viaChild: viaChild,
                    recordedAt: time), in: transaction)
        guard origin.issuer == issuer else { return .foreignIssuer(existing: origin.issuer) }
        var entry = CatalogueEntry(header, stored: stored, origin: origin, receivedAt: time)
        try entry.nameAcquiredForm(in: transaction)
        guard try add(entry, in: transaction) else {
            // Another daemon on the same database was faster by a hair.
            guard let existing = try instance(header.sopInstanceUID, in: transaction) else {
                throw ArchiveError(
                    code: .notFound, message: "instance \(header.sopInstanceUID) vanished while it was being recorded")
            }
            return try compare(existing, with: stored, in: transaction)
        }
        try keepArrival(of: entry.instance, in: transaction)
        return .added(entry.instance)
    }

    /// The file at the same place may have been replaced by one with another head.
    private func compare(
        _ existing: InstanceRecord, with stored: StoredInstance, in transaction: Transaction
    ) throws -> RecordOutcome {
        guard try isSame(existing, stored.digest, in: transaction) else { return .conflicting(existing: existing) }
        var existing = existing
        if existing.path == stored.path, existing.dataSetOffset != stored.dataSetOffset {
            existing.dataSetOffset = stored.dataSetOffset
            try transaction.execute(
                "UPDATE sop_instance SET data_set_offset = ? WHERE sop_instance_uid = ?", stored.dataSetOffset,
                existing.sopInstanceUID)
        }
        return .identical(existing)
    }

    /// The same acquired bytes: as they are, or one of the two compressed for the way. A sender's word suffices where what
    /// is kept is what it claims to have compressed; what is kept compressed counts only once it was decoded.
    private func isSame(
        _ existing: InstanceRecord, _ digest: Digest, in transaction: Transaction
    ) throws -> Bool {
        if existing.digest == digest || existing.acquired?.digest == digest { return true }
        guard let claimed = try AcquiredFormBook().form(of: existing.sopInstanceUID, digest, in: transaction) else {
            return false
        }
        return claimed.state != .refuted && claimed.acquired.digest == (existing.acquired?.digest ?? existing.digest)
    }

    // MARK: Whose a study is

    /// Says whose a study is, unless that is known already; returns what stands.
    package func claim(_ origin: StudyOrigin, in transaction: Transaction) throws -> StudyOrigin {
        try transaction.execute(
            """
            INSERT INTO study_origin (study_instance_uid, issuer, origin_node, via_child, recorded_at)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT (study_instance_uid) DO NOTHING
            """, origin.studyInstanceUID, origin.issuer, origin.originNode, origin.viaChild, origin.recordedAt)
        return try self.origin(of: origin.studyInstanceUID, in: transaction) ?? origin
    }

    package func origin(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyOrigin? {
        try database.row("SELECT * FROM study_origin WHERE study_instance_uid = ?", study).map(StudyOrigin.init(row:))
    }

    /// Gives a study to another hospital and node: an operator's correction. The patient goes along.
    package func assign(
        issuer: String, origin: NodeName, to study: StudyInstanceUID, in transaction: Transaction
    ) throws {
        let changed = try transaction.execute(
            "UPDATE study_origin SET issuer = ?, origin_node = ? WHERE study_instance_uid = ?", issuer, origin, study)
        guard changed == 1 else {
            throw ArchiveError(code: .notFound, message: "study \(study) is not known here")
        }
        guard let record = try self.study(study, in: transaction) else { return }
        var patient = record.patient
        patient.identifier.issuer = issuer
        try insert(patient, in: transaction)
        try transaction.execute(
            "UPDATE study SET issuer = ?, origin_node = ? WHERE study_instance_uid = ?", issuer, origin, study)
        try transaction.execute(
            """
            DELETE FROM patient WHERE issuer = ? AND patient_id = ? AND NOT EXISTS (
                SELECT 1 FROM study WHERE study.issuer = patient.issuer AND study.patient_id = patient.patient_id)
            """, record.issuer, patient.identifier.patientID)
    }
}

extension StudyOrigin {
    init(row: Row) throws {
        self.init(
            studyInstanceUID: try row["study_instance_uid"], issuer: try row["issuer"],
            originNode: try row["origin_node"], viaChild: try row[optional: "via_child"],
            recordedAt: try row["recorded_at"])
    }
}
