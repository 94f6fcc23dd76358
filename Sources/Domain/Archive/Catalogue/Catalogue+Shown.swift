// What people and their programs are shown of a study.

import Database
import Vocabulary

extension Catalogue {
    /// In the order people list them; series of other studies that were moved here stand among them.
    ///
    /// - Parameter includingWithheld: rejected ones, too.
    package func shownSeries(
        of study: StudyInstanceUID, includingWithheld: Bool = false, in database: some DatabaseReading
    ) throws -> [SeriesRecord] {
        var condition = Condition()
        condition.equal("shown_study", study)
        if !includingWithheld { condition.add("(series_shown_count IS NULL OR series_shown_count > 0)") }
        return try database.rows(
            "SELECT \(SeriesRecord.columns) FROM series\(condition.sql) ORDER BY \(SeriesRecord.order)",
            arguments: condition.arguments
        ).map(SeriesRecord.init(row:))
    }

    /// By instance number, then slice position.
    package func shownInstances(
        of study: StudyInstanceUID, series: SeriesInstanceUID? = nil, includingWithheld: Bool = false,
        in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        var condition = Condition()
        condition.equal("shown_study", study)
        condition.equal("series.series_instance_uid", series)
        if !includingWithheld { condition.add("withheld IS NULL") }
        let order = series == nil ? "series.series_instance_uid, " : ""
        return try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM series JOIN sop_instance
                ON sop_instance.study_instance_uid = series.study_instance_uid
                AND sop_instance.series_instance_uid = series.series_instance_uid\(condition.sql)
            ORDER BY \(order)\(InstanceRecord.order)
            """, arguments: condition.arguments
        ).map(InstanceRecord.init(row:))
    }

    /// The study that shows an instance.
    package func shownStudy(
        of instance: InstanceRecord, in database: some DatabaseReading
    ) throws -> StudyInstanceUID {
        try database.row(
            "SELECT shown_study FROM series WHERE study_instance_uid = ? AND series_instance_uid = ?",
            instance.studyInstanceUID, instance.seriesInstanceUID)?["shown_study"] ?? instance.studyInstanceUID
    }
}
