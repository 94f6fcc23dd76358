// Reading rows.

import Database
import Vocabulary

extension PatientRecord {
    static let columns = "patient.issuer, patient.patient_id, patient_name, birth_date, sex"

    init(row: Row) throws {
        identifier = PatientIdentifier(issuer: try row["issuer"], patientID: try row["patient_id"])
        name = try row[optional: "patient_name"]
        birthDate = try row[optional: "birth_date"]
        sex = try row[optional: "sex"]
    }
}

extension StudyRecord {
    static let columns = """
        \(PatientRecord.columns), study.study_instance_uid, study_date, study_time, accession_number, \
        study_description, study_id, referring_physician, institution_name, patient_age, study_timezone_offset, \
        modalities, body_parts, origin_node, study_first_received_at, study_last_received_at, study_series_count, \
        study_instance_count, study_network_made_count, study_byte_count, guessed_encoding, shown_series_count, \
        shown_instance_count, shown_made_count
        """
    static let tables =
        "study JOIN patient ON patient.issuer = study.issuer AND patient.patient_id = study.patient_id"

    init(row: Row) throws {
        studyInstanceUID = try row["study_instance_uid"]
        patient = try PatientRecord(row: row)
        studyDate = try row[optional: "study_date"]
        studyTime = try row[optional: "study_time"]
        accessionNumber = try row[optional: "accession_number"]
        studyDescription = try row[optional: "study_description"]
        studyID = try row[optional: "study_id"]
        referringPhysician = try row[optional: "referring_physician"]
        institutionName = try row[optional: "institution_name"]
        patientAge = try row[optional: "patient_age"]
        timezoneOffset = try row[optional: "study_timezone_offset"]
        modalities = try row["modalities", as: String.self].split(separator: " ").map(String.init)
        bodyParts = try row["body_parts", as: String.self].split(separator: "\\").map(String.init)
        originNode = try row["origin_node"]
        firstReceivedAt = try row["study_first_received_at"]
        lastReceivedAt = try row["study_last_received_at"]
        seriesCount = try row["study_series_count"]
        instanceCount = try row["study_instance_count"]
        networkMadeCount = try row["study_network_made_count"]
        byteCount = try row["study_byte_count"]
        guessedEncoding = try row[optional: "guessed_encoding"]
        if let instances: Int = try row[optional: "shown_instance_count"] {
            shown = ShownCounts(
                series: try row["shown_series_count"], instances: instances, networkMade: try row["shown_made_count"])
        }
    }
}

extension SeriesRecord {
    static let columns = """
        series.study_instance_uid, series.series_instance_uid, modality, series_number, series_description, \
        body_part, laterality, protocol_name, manufacturer, manufacturer_model_name, station_name, \
        series_timezone_offset, performed_start_date, performed_start_time, scheduled_procedure_step_id, \
        requested_procedure_id, series_network_made, series_instance_count, series_byte_count, \
        series_first_received_at, series_last_received_at, series_shown_count, shown_study
        """
    static let order = "series_network_made, series_number IS NULL, series_number, series.series_instance_uid"

    init(row: Row) throws {
        studyInstanceUID = try row["study_instance_uid"]
        seriesInstanceUID = try row["series_instance_uid"]
        modality = try row[optional: "modality"]
        seriesNumber = try row[optional: "series_number"]
        seriesDescription = try row[optional: "series_description"]
        bodyPart = try row[optional: "body_part"]
        laterality = try row[optional: "laterality"]
        protocolName = try row[optional: "protocol_name"]
        manufacturer = try row[optional: "manufacturer"]
        manufacturerModelName = try row[optional: "manufacturer_model_name"]
        stationName = try row[optional: "station_name"]
        timezoneOffset = try row[optional: "series_timezone_offset"]
        performedProcedureStepStartDate = try row[optional: "performed_start_date"]
        performedProcedureStepStartTime = try row[optional: "performed_start_time"]
        scheduledProcedureStepID = try row[optional: "scheduled_procedure_step_id"]
        requestedProcedureID = try row[optional: "requested_procedure_id"]
        isNetworkMade = try row["series_network_made"]
        instanceCount = try row["series_instance_count"]
        byteCount = try row["series_byte_count"]
        firstReceivedAt = try row["series_first_received_at"]
        lastReceivedAt = try row["series_last_received_at"]
        shownCount = try row[optional: "series_shown_count"]
        shownStudy = try row["shown_study"]
    }
}

extension InstanceRecord {
    static let columns = """
        sop_instance_uid, sop_instance.study_instance_uid, sop_instance.series_instance_uid, sop_class_uid, \
        transfer_syntax_uid, digest, data_set_size, data_set_offset, path, instance_number, \
        number_of_frames, pixel_rows, pixel_columns, bits_allocated, slice_position, content_date, content_time, network_made, source_kind, \
        source_name, received_at, acquired_digest, acquired_size, acquired_syntax, file_state, \
        withheld
        """
    static let order = "instance_number IS NULL, instance_number, slice_position, sop_instance_uid"

    init(row: Row) throws {
        sopInstanceUID = try row["sop_instance_uid"]
        studyInstanceUID = try row["study_instance_uid"]
        seriesInstanceUID = try row["series_instance_uid"]
        sopClass = try row["sop_class_uid"]
        transferSyntax = try row["transfer_syntax_uid"]
        digest = try row["digest"]
        size = try row["data_set_size"]
        dataSetOffset = try row["data_set_offset"]
        path = try row["path"]
        instanceNumber = try row[optional: "instance_number"]
        numberOfFrames = try row[optional: "number_of_frames"]
        rows = try row[optional: "pixel_rows"]
        columns = try row[optional: "pixel_columns"]
        bitsAllocated = try row[optional: "bits_allocated"]
        slicePosition = try row[optional: "slice_position"]
        contentDate = try row[optional: "content_date"]
        contentTime = try row[optional: "content_time"]
        isNetworkMade = try row["network_made"]
        source = InstanceSource(kind: try row["source_kind"], name: try row["source_name"])
        receivedAt = try row["received_at"]
        fileState = try row["file_state"]
        acquired = try AcquiredForm(optional: row)
        withheld = try row[optional: "withheld"]
    }
}

extension AcquiredForm {
    init?(optional row: Row) throws {
        guard let digest: Digest = try row[optional: "acquired_digest"] else { return nil }
        self.init(digest: digest, size: try row["acquired_size"], transferSyntax: try row["acquired_syntax"])
    }
}
