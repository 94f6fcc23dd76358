// Studies that carry another patient than their bytes say.

import Database
import Vocabulary

/// Corrections of patients, in the ledger, and their effect on the catalogue. Stateless, like `Catalogue`.
package struct PatientCorrectionBook: Sendable {
    package init() {}

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    @discardableResult
    package func record(_ correction: PatientCorrection, in transaction: Transaction) throws -> Bool {
        let known = try self.correction(of: correction.study, in: transaction)
        if let known, known.decision >= correction.decision { return false }
        try transaction.execute(
            """
            INSERT INTO patient_correction (study_instance_uid, correction, corrected_at, node) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET correction = excluded.correction,
                corrected_at = excluded.corrected_at, node = excluded.node
            """, correction.study, try JSONText.encode(correction), correction.decision.at, correction.decision.node)
        try apply(to: correction.study, in: transaction)
        return true
    }

    /// Withdrawn ones, too.
    package func correction(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> PatientCorrection? {
        try database.row("SELECT correction FROM patient_correction WHERE study_instance_uid = ?", study)
            .map { try JSONText.decode(try $0["correction"]) }
    }

    /// The patient as the study's bytes name them, where a correction stands; `nil` where none does.
    package func original(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> PatientRecord? {
        guard let correction = try correction(of: study, in: database), !correction.isWithdrawn else { return nil }
        return try kept(study, in: database)
    }

    private func kept(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> PatientRecord? {
        try database.row("SELECT original FROM patient_correction WHERE study_instance_uid = ?", study)?[
            optional: "original", as: String.self
        ].map { try JSONText.decode($0) }
    }

    // MARK: The catalogue

    /// The correction was heard before the study came: one look at an index that is nearly always empty.
    package func awaits(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row(
            "SELECT 1 FROM patient_correction WHERE study_instance_uid = ? AND original IS NULL", study) != nil
    }

    /// The study is about to be read again from its files: until `applyAnew`, the catalogue names the patient as they did.
    func suspend(_ study: StudyInstanceUID, in transaction: Transaction) throws {
        guard var original = try kept(study, in: transaction),
            let record = try Catalogue().study(study, in: transaction)
        else { return }
        original.identifier.issuer = record.issuer
        try show(original, for: record, in: transaction)
    }

    /// The study came, or was read again from its files: what is written there is kept as the original.
    package func applyAnew(to study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE patient_correction SET original = NULL WHERE study_instance_uid = ?", study)
        try apply(to: study, in: transaction)
    }

    /// Makes the catalogue say what stands. Does nothing for a study that is not here or was never corrected.
    package func apply(to study: StudyInstanceUID, in transaction: Transaction) throws {
        guard let correction = try correction(of: study, in: transaction),
            let record = try Catalogue().study(study, in: transaction)
        else { return }
        let original = try kept(study, in: transaction) ?? record.patient
        try transaction.execute(
            "UPDATE patient_correction SET original = ? WHERE study_instance_uid = ?", try JSONText.encode(original),
            study)
        var patient = original
        patient.identifier.issuer = record.issuer
        if !correction.isWithdrawn {
            patient.identifier.patientID = correction.patientID
            patient.name = correction.name
            patient.birthDate = correction.birthDate
            patient.sex = correction.sex
        }
        try show(patient, for: record, in: transaction)
    }

    private func show(_ patient: PatientRecord, for record: StudyRecord, in transaction: Transaction) throws {
        guard patient != record.patient else { return }
        try Catalogue().insert(patient, in: transaction)
        // What somebody has just said of a patient is better than what the first object said.
        try transaction.execute(
            """
            UPDATE patient SET patient_name = ?, patient_name_key = ?, patient_name_words = ?, birth_date = ?, sex = ?
            WHERE issuer = ? AND patient_id = ?
            """, patient.name, PersonNameKey.key(of: patient.name), PersonNameWords.words(of: patient.name),
            patient.birthDate, patient.sex, patient.identifier.issuer, patient.identifier.patientID)
        try transaction.execute(
            "UPDATE study SET issuer = ?, patient_id = ? WHERE study_instance_uid = ?", patient.identifier.issuer,
            patient.identifier.patientID, record.studyInstanceUID)
        try transaction.execute(
            """
            DELETE FROM patient WHERE issuer = ? AND patient_id = ? AND NOT EXISTS (
                SELECT 1 FROM study WHERE study.issuer = patient.issuer AND study.patient_id = patient.patient_id)
            """, record.issuer, record.patient.identifier.patientID)
    }

    /// Studies that a rebuilt catalogue must be corrected in again.
    func corrected(in database: some DatabaseReading) throws -> [StudyInstanceUID] {
        try database.rows("SELECT study_instance_uid FROM patient_correction ORDER BY study_instance_uid")
            .map { try $0["study_instance_uid"] }
    }
}
