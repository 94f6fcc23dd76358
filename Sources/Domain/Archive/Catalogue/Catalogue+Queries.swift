// Asking for studies, series and instances by what they say.

import Database
import Vocabulary

extension Catalogue {
    package func studies(matching query: StudyQuery, in database: some DatabaseReading) throws -> [StudyRecord] {
        let condition = Self.condition(query)
        let order =
            switch query.ordering {
            case .arrival: "study_last_received_at DESC, study.study_instance_uid"
            case .studyDate: "study_date DESC, study_time DESC, study.study_instance_uid"
            }
        return try database.rows(
            "SELECT \(StudyRecord.columns) FROM \(StudyRecord.tables)\(condition.sql) ORDER BY \(order) LIMIT ? OFFSET ?",
            arguments: condition.arguments + Self.page(query.limit, query.offset)
        ).map(StudyRecord.init(row:))
    }

    package func count(matching query: StudyQuery, in database: some DatabaseReading) throws -> Int {
        let condition = Self.condition(query)
        let rows = try database.rows(
            "SELECT count(*) AS number FROM \(StudyRecord.tables)\(condition.sql)", arguments: condition.arguments)
        return try rows.first.map { try $0["number"] } ?? 0
    }

    package func series(matching query: SeriesQuery, in database: some DatabaseReading) throws -> [SeriesResult] {
        let condition = Self.condition(query)
        return try database.rows(
            """
            SELECT \(StudyRecord.columns), \(SeriesRecord.columns) FROM \(StudyRecord.tables) \(Self.seriesJoin)\
            \(condition.sql) ORDER BY study_last_received_at DESC, study.study_instance_uid, \(SeriesRecord.order)
            LIMIT ? OFFSET ?
            """, arguments: condition.arguments + Self.page(query.limit, query.offset)
        ).map { SeriesResult(study: try StudyRecord(row: $0), series: try SeriesRecord(row: $0)) }
    }

    package func instances(
        matching query: InstanceQuery, in database: some DatabaseReading
    ) throws -> [InstanceResult] {
        let condition = Self.condition(query)
        return try database.rows(
            """
            SELECT \(StudyRecord.columns), \(SeriesRecord.columns), \(InstanceRecord.columns)
            FROM \(StudyRecord.tables) \(Self.seriesJoin) \(Self.instanceJoin)\(condition.sql)
            ORDER BY study_last_received_at DESC, study.study_instance_uid, \(SeriesRecord.order), \
            \(InstanceRecord.order) LIMIT ? OFFSET ?
            """, arguments: condition.arguments + Self.page(query.limit, query.offset)
        ).map {
            InstanceResult(
                study: try StudyRecord(row: $0), series: try SeriesRecord(row: $0),
                instance: try InstanceRecord(row: $0))
        }
    }

    /// A series stands where it is shown, wherever it was stored.
    private static let seriesJoin = "JOIN series ON series.shown_study = study.study_instance_uid"
    private static let instanceJoin = """
        JOIN sop_instance ON sop_instance.study_instance_uid = series.study_instance_uid \
        AND sop_instance.series_instance_uid = series.series_instance_uid
        """

    private static func page(_ limit: Int, _ offset: Int) -> [(any DatabaseBindable)?] {
        [min(max(limit, 0), StudyQuery.largestPage), max(offset, 0)]
    }

    // MARK: Conditions

    static func condition(_ query: StudyQuery) -> Condition {
        var condition = Condition()
        condition.oneOf("study.study_instance_uid", query.studies)
        condition.visible(query.visibility)
        if !query.includesWithheld {
            condition.add("(shown_instance_count IS NULL OR shown_instance_count > shown_made_count)")
        }
        condition.wildcard("study.patient_id", query.patientID)
        condition.equal("study.issuer", query.issuer)
        condition.patientName(query.patientName)
        condition.patientName(fuzzy: query.fuzzyPatientName)
        condition.range("birth_date", query.patientBirthDate)
        condition.wildcard("sex", query.patientSex)
        condition.range("study_date", query.studyDate)
        condition.range("study_time", query.studyTime)
        condition.wildcard("accession_number", query.accessionNumber)
        condition.wildcard("study_id", query.studyID)
        condition.wildcard("study_description", query.studyDescription)
        condition.personName("referring_physician_key", query.referringPhysician)
        condition.wildcard("institution_name", query.institutionName)
        condition.anyWord("modalities", query.modalities)
        condition.anyItem("body_parts", query.bodyPart)
        condition.oneOf("origin_node", query.origins)
        if let since = query.receivedSince { condition.add("study_last_received_at >= ?", since) }
        for word in (query.freeText ?? "").split(whereSeparator: \.isWhitespace).prefix(8) {
            condition.anyContaining(
                ["study.patient_id", "accession_number", "study_description", "study_id", "study.study_instance_uid"],
                orPatientNamed: String(word))
        }
        return condition
    }

    private static func condition(_ query: SeriesQuery) -> Condition {
        var condition = condition(query.study)
        if !query.study.includesWithheld { condition.add("(series_shown_count IS NULL OR series_shown_count > 0)") }
        condition.oneOf("series.series_instance_uid", query.series)
        condition.wildcard("modality", query.modality)
        condition.equal("series_number", query.seriesNumber)
        condition.wildcard("series_description", query.seriesDescription)
        condition.wildcard("body_part", query.bodyPart)
        condition.range("performed_start_date", query.performedProcedureStepStartDate)
        condition.range("performed_start_time", query.performedProcedureStepStartTime)
        condition.wildcard("scheduled_procedure_step_id", query.scheduledProcedureStepID)
        condition.wildcard("requested_procedure_id", query.requestedProcedureID)
        return condition
    }

    private static func condition(_ query: InstanceQuery) -> Condition {
        var condition = condition(query.series)
        if !query.series.study.includesWithheld { condition.add("withheld IS NULL") }
        condition.oneOf("sop_instance_uid", query.sopInstances)
        condition.oneOf("sop_class_uid", query.sopClasses)
        condition.equal("instance_number", query.instanceNumber)
        return condition
    }
}
