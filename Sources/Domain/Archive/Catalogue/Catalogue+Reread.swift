// The texts of a study, read again from its files.

import DICOM
import Database
import Vocabulary

/// What a study's files say under another encoding.
package struct RereadTexts: Sendable {
    /// One for each series of which a file is here, the series first received first.
    package var headers: [InstanceHeader]
    /// The patient's name under every reading of the first file: what the catalogue says now was read from it if it is one
    /// of these, and may be replaced.
    package var formerNames: Set<String>

    package init(headers: [InstanceHeader], formerNames: Set<String>) {
        self.headers = headers
        self.formerNames = formerNames
    }
}

extension Catalogue {
    /// One acquired instance whose file is here for each series, the series first received first.
    package func samples(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        var seen: Set<SeriesInstanceUID> = []
        return try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM sop_instance
            WHERE study_instance_uid = ? AND network_made = 0 AND file_state = 'here' ORDER BY received_at, sop_instance_uid
            """, study
        ).map(InstanceRecord.init(row:)).filter { seen.insert($0.seriesInstanceUID).inserted }
    }

    /// Puts the texts of patient, study and series in place of those that stand there. What no file here says stays.
    ///
    /// - Returns: whether anything reads differently now.
    package func reread(
        _ study: StudyInstanceUID, as texts: RereadTexts, in transaction: Transaction
    ) throws -> Bool {
        guard !texts.headers.isEmpty else { return false }
        let corrections = PatientCorrectionBook()
        try corrections.suspend(study, in: transaction)
        guard let record = try self.study(study, in: transaction) else { return false }
        var isChanged = try rereadPatient(of: record, texts, in: transaction)
        if try rereadStudy(record, texts.headers, in: transaction) { isChanged = true }
        let isRebodied = try rereadSeries(of: study, texts.headers, isChanged: &isChanged, in: transaction)
        if isRebodied { try recountBodyParts(of: study, in: transaction) }
        try corrections.applyAnew(to: study, in: transaction)
        return isChanged
    }

    // MARK: Patient

    private func rereadPatient(
        of record: StudyRecord, _ texts: RereadTexts, in transaction: Transaction
    ) throws -> Bool {
        var patient = record.patient
        let name = texts.headers.lazy.compactMap(\.patientName).first
        if let name, let former = patient.name, texts.formerNames.contains(former) { patient.name = name }
        if let id = texts.headers.lazy.compactMap(\.patientID).first, record.patientID != nil {
            patient.identifier.patientID = id
        }
        guard patient != record.patient else { return false }
        if patient.identifier == record.patient.identifier {
            try transaction.execute(
                """
                UPDATE patient SET patient_name = ?, patient_name_key = ?, patient_name_words = ?
                WHERE issuer = ? AND patient_id = ?
                """, patient.name, PersonNameKey.key(of: patient.name), PersonNameWords.words(of: patient.name),
                patient.identifier.issuer, patient.identifier.patientID)
        } else {
            try insert(patient, in: transaction)
            try move(record, to: patient.identifier, in: transaction)
        }
        return true
    }

    /// Nobody stays behind without a study.
    private func move(
        _ record: StudyRecord, to patient: PatientIdentifier, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE study SET issuer = ?, patient_id = ? WHERE study_instance_uid = ?", patient.issuer,
            patient.patientID, record.studyInstanceUID)
        try transaction.execute(
            """
            DELETE FROM patient WHERE issuer = ? AND patient_id = ? AND NOT EXISTS (
                SELECT 1 FROM study WHERE study.issuer = patient.issuer AND study.patient_id = patient.patient_id)
            """, record.issuer, record.patient.identifier.patientID)
    }

    // MARK: Study and series

    private func rereadStudy(
        _ record: StudyRecord, _ headers: [InstanceHeader], in transaction: Transaction
    ) throws -> Bool {
        func first(_ value: (InstanceHeader) -> String?, _ standing: String?) -> String? {
            headers.lazy.compactMap(value).first ?? standing
        }
        var study = record
        study.accessionNumber = first(\.accessionNumber, record.accessionNumber)
        study.studyDescription = first(\.studyDescription, record.studyDescription)
        study.studyID = first(\.studyID, record.studyID)
        study.referringPhysician = first(\.referringPhysicianName, record.referringPhysician)
        study.institutionName = first(\.institutionName, record.institutionName)
        study.guessedEncoding = headers.lazy.compactMap(\.guessedEncoding).first
        guard study != record else { return false }
        try transaction.execute(
            """
            UPDATE study SET accession_number = ?, study_description = ?, study_id = ?, referring_physician = ?,
                referring_physician_key = ?, institution_name = ?, guessed_encoding = ?
            WHERE study_instance_uid = ?
            """, study.accessionNumber, study.studyDescription, study.studyID, study.referringPhysician,
            PersonNameKey.key(of: study.referringPhysician), study.institutionName, study.guessedEncoding,
            study.studyInstanceUID)
        var sameGuess = study
        sameGuess.guessedEncoding = record.guessedEncoding
        return sameGuess != record
    }

    /// - Returns: whether a body part reads differently.
    private func rereadSeries(
        of study: StudyInstanceUID, _ headers: [InstanceHeader], isChanged: inout Bool, in transaction: Transaction
    ) throws -> Bool {
        let standing = try series(of: study, in: transaction)
        var isRebodied = false
        for header in headers {
            guard let record = standing.first(where: { $0.seriesInstanceUID == header.seriesInstanceUID }) else {
                continue
            }
            var series = record
            series.seriesDescription = header.seriesDescription ?? record.seriesDescription
            series.bodyPart = header.bodyPartExamined ?? record.bodyPart
            series.protocolName = header.protocolName ?? record.protocolName
            series.manufacturer = header.manufacturer ?? record.manufacturer
            series.manufacturerModelName = header.manufacturerModelName ?? record.manufacturerModelName
            series.stationName = header.stationName ?? record.stationName
            guard series != record else { continue }
            isChanged = true
            if series.bodyPart != record.bodyPart { isRebodied = true }
            try transaction.execute(
                """
                UPDATE series SET series_description = ?, body_part = ?, protocol_name = ?, manufacturer = ?,
                    manufacturer_model_name = ?, station_name = ?
                WHERE study_instance_uid = ? AND series_instance_uid = ?
                """, series.seriesDescription, series.bodyPart, series.protocolName, series.manufacturer,
                series.manufacturerModelName, series.stationName, study, series.seriesInstanceUID)
        }
        return isRebodied
    }

    private func recountBodyParts(of study: StudyInstanceUID, in transaction: Transaction) throws {
        let parts = try series(of: study, in: transaction).filter { !$0.isNetworkMade }
            .compactMap { $0.bodyPart?.uppercased() }
        try transaction.execute(
            "UPDATE study SET body_parts = ? WHERE study_instance_uid = ?",
            Set(parts).sorted().joined(separator: "\\"), study)
    }
}

extension InstanceHeader {
    /// What its text was taken to be in, where that had to be guessed.
    var guessedEncoding: CharacterEncoding? {
        if case .guessed(let encoding) = textBasis { encoding } else { nil }
    }
}
