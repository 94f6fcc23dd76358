// Writing the rows of one instance.

import Database
import Vocabulary

extension Catalogue {
    /// Adds an instance and what stands above it. `false`, and nothing changed that counts, when it is there already.
    func add(_ entry: CatalogueEntry, in transaction: Transaction) throws -> Bool {
        let study = entry.study
        if try transaction.row("SELECT 1 FROM study WHERE study_instance_uid = ?", study.studyInstanceUID) == nil {
            try insert(entry.patient, in: transaction)
            try insert(study, in: transaction)
        }
        let isNewSeries = try insert(entry.series, in: transaction)
        guard try insert(entry.instance, in: transaction) else { return false }
        try count(entry, isNewSeries: isNewSeries, in: transaction)
        return true
    }

    /// What is known of a patient stays; what was missing is filled in.
    func insert(_ patient: PatientRecord, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO patient (issuer, patient_id, patient_name, patient_name_key, patient_name_words, birth_date, sex)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (issuer, patient_id) DO UPDATE SET
                patient_name = COALESCE(patient.patient_name, excluded.patient_name),
                patient_name_key = CASE WHEN patient.patient_name IS NULL THEN excluded.patient_name_key
                    ELSE patient.patient_name_key END,
                patient_name_words = CASE WHEN patient.patient_name IS NULL THEN excluded.patient_name_words
                    ELSE patient.patient_name_words END,
                birth_date = COALESCE(patient.birth_date, excluded.birth_date),
                sex = COALESCE(patient.sex, excluded.sex)
            """, patient.identifier.issuer, patient.identifier.patientID, patient.name,
            PersonNameKey.key(of: patient.name), PersonNameWords.words(of: patient.name), patient.birthDate, patient.sex
        )
    }

    private func insert(_ study: StudyRecord, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO study (study_instance_uid, issuer, patient_id, study_date, study_time, accession_number,
                study_description, study_id, referring_physician, referring_physician_key, institution_name,
                patient_age, study_timezone_offset, origin_node, study_first_received_at, study_last_received_at,
                guessed_encoding)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (study_instance_uid) DO NOTHING
            """, study.studyInstanceUID, study.issuer, study.patient.identifier.patientID, study.studyDate,
            study.studyTime, study.accessionNumber, study.studyDescription, study.studyID, study.referringPhysician,
            PersonNameKey.key(of: study.referringPhysician), study.institutionName, study.patientAge,
            study.timezoneOffset, study.originNode, study.firstReceivedAt, study.lastReceivedAt, study.guessedEncoding)
    }

    private func insert(_ series: SeriesRecord, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO series (study_instance_uid, series_instance_uid, modality, series_number, series_description,
                body_part, laterality, protocol_name, manufacturer, manufacturer_model_name, station_name,
                series_timezone_offset, performed_start_date, performed_start_time, scheduled_procedure_step_id,
                requested_procedure_id, series_network_made, series_first_received_at, series_last_received_at,
                shown_study)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, series_instance_uid) DO NOTHING
            """, series.studyInstanceUID, series.seriesInstanceUID, series.modality, series.seriesNumber,
            series.seriesDescription, series.bodyPart, series.laterality, series.protocolName, series.manufacturer,
            series.manufacturerModelName, series.stationName, series.timezoneOffset,
            series.performedProcedureStepStartDate, series.performedProcedureStepStartTime,
            series.scheduledProcedureStepID, series.requestedProcedureID, series.isNetworkMade,
            series.firstReceivedAt, series.lastReceivedAt, series.studyInstanceUID) == 1
    }

    private func insert(_ instance: InstanceRecord, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO sop_instance (sop_instance_uid, study_instance_uid, series_instance_uid, sop_class_uid,
                transfer_syntax_uid, digest, data_set_size, data_set_offset, path, instance_number, number_of_frames,
                pixel_rows, pixel_columns, bits_allocated, slice_position, content_date, content_time, network_made,
                source_kind, source_name, received_at, acquired_digest, acquired_size, acquired_syntax)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (sop_instance_uid) DO NOTHING
            """, instance.sopInstanceUID, instance.studyInstanceUID, instance.seriesInstanceUID, instance.sopClass,
            instance.transferSyntax, instance.digest, instance.size, instance.dataSetOffset, instance.path,
            instance.instanceNumber, instance.numberOfFrames, instance.rows, instance.columns,
            instance.bitsAllocated, instance.slicePosition, instance.contentDate, instance.contentTime,
            instance.isNetworkMade, instance.source.kind, instance.source.name, instance.receivedAt,
            instance.acquired?.digest, instance.acquired?.size, instance.acquired?.transferSyntax) == 1
    }

    // MARK: Aggregates

    private func count(_ entry: CatalogueEntry, isNewSeries: Bool, in transaction: Transaction) throws {
        let (study, series, instance) = (entry.study, entry.series, entry.instance)
        let time = instance.receivedAt
        try transaction.execute(
            """
            UPDATE series SET series_instance_count = series_instance_count + 1,
                series_byte_count = series_byte_count + ?,
                series_first_received_at = CASE WHEN series_first_received_at > ? THEN ?
                    ELSE series_first_received_at END,
                series_last_received_at = CASE WHEN series_last_received_at < ? THEN ?
                    ELSE series_last_received_at END,
                series_description = COALESCE(series_description, ?), body_part = COALESCE(body_part, ?)
            WHERE study_instance_uid = ? AND series_instance_uid = ?
            """, instance.size, time, time, time, time, series.seriesDescription, series.bodyPart,
            series.studyInstanceUID, series.seriesInstanceUID)
        let rows = try transaction.rows(
            """
            UPDATE study SET study_instance_count = study_instance_count + 1,
                study_series_count = study_series_count + ?, study_network_made_count = study_network_made_count + ?,
                study_byte_count = study_byte_count + ?,
                study_first_received_at = CASE WHEN study_first_received_at > ? THEN ?
                    ELSE study_first_received_at END,
                study_last_received_at = CASE WHEN study_last_received_at < ? THEN ?
                    ELSE study_last_received_at END,
                study_description = COALESCE(study_description, ?), accession_number = COALESCE(accession_number, ?),
                study_date = COALESCE(study_date, ?), study_time = COALESCE(study_time, ?),
                guessed_encoding = COALESCE(guessed_encoding, ?)
            WHERE study_instance_uid = ? RETURNING modalities, body_parts
            """, isNewSeries ? 1 : 0, instance.isNetworkMade ? 1 : 0, instance.size, time, time, time, time,
            study.studyDescription, study.accessionNumber, study.studyDate, study.studyTime, study.guessedEncoding,
            study.studyInstanceUID)
        // The update above holds the row: nobody else adds a word meanwhile.
        guard let row = rows.first else { return }
        let words: (modalities: String, bodyParts: String) = (try row["modalities"], try row["body_parts"])
        let modalities = Self.adding(study.modalities, to: words.modalities, separator: " ")
        let bodyParts = Self.adding(study.bodyParts, to: words.bodyParts, separator: "\\")
        if modalities != words.modalities || bodyParts != words.bodyParts {
            try transaction.execute(
                "UPDATE study SET modalities = ?, body_parts = ? WHERE study_instance_uid = ?", modalities, bodyParts,
                study.studyInstanceUID)
        }
    }

    private static func adding(_ words: [String], to text: String, separator: Character) -> String {
        Set(text.split(separator: separator).map(String.init) + words).sorted().joined(separator: String(separator))
    }

    // MARK: The ledger

    /// Who brought an instance and when: what `Reindex` could not find out again.
    func keepArrival(of instance: InstanceRecord, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO arrival (sop_instance_uid, study_instance_uid, digest, network_made, source_kind, source_name,
                received_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sop_instance_uid) DO UPDATE SET
                study_instance_uid = excluded.study_instance_uid, digest = excluded.digest,
                network_made = excluded.network_made, source_kind = excluded.source_kind,
                source_name = excluded.source_name, received_at = excluded.received_at
            """, instance.sopInstanceUID, instance.studyInstanceUID, instance.digest, instance.isNetworkMade,
            instance.source.kind, instance.source.name, instance.receivedAt)
    }
}
