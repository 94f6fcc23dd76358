// Counting what was read, with SQL that goes through one month's reports.

import Database
import Reading
import Supervision
import Vocabulary
import Workload

/// What this node read is counted by the moment of the final signature, what others read for it or for those below by
/// the moment it heard of the report; all by its own clock, in China's months.
struct FigureQuery: Sendable {
    let node: NodeName
    let start: Timestamp
    let end: Timestamp
    let times: ReadingTimes
    /// Grades of double readings by which both readers agree.
    let agreements: Set<String>

    init(_ flow: FlowContext, of month: CivilPeriod, _ times: ReadingTimes) {
        node = flow.node.name
        start = month.start
        end = month.end
        self.times = times
        agreements = Set(flow.peerReviewRules.grades.filter(\.isAgreement).map(\.code))
    }

    func sheet(in database: some DatabaseReading) throws -> FigureSheet {
        FigureSheet(
            rows: try readHere(in: database) + turnaroundHere(in: database) + readElsewhere(in: database)
                + critical(in: database) + readTwice(in: database),
            readers: try readers(in: database) + readersTurnaround(in: database) + reviews(in: database)
                + readersCritical(in: database) + readersReadTwice(in: database))
    }

    // MARK: Read here

    private static let finals = """
        FROM report r JOIN reading_task t ON t.id = r.task_id
            LEFT JOIN study s ON s.study_instance_uid = t.study_instance_uid
        """
    private static let inMonth = "WHERE r.final_at >= ? AND r.final_at < ? AND t.owner = ?"
    private static let sums = """
        count(*) AS studies, count(f.is_positive) AS judged, coalesce(sum(f.is_positive), 0) AS positive,
        sum(CASE WHEN r.superseded_sr IS NULL THEN 0 ELSE 1 END) AS corrected,
        sum(CASE WHEN q.grade = 'A' THEN 1 ELSE 0 END) AS a, sum(CASE WHEN q.grade = 'B' THEN 1 ELSE 0 END) AS b,
        sum(CASE WHEN q.grade = 'C' THEN 1 ELSE 0 END) AS c,
        sum(CASE WHEN q.grade = 'reject' THEN 1 ELSE 0 END) AS rejected,
        count(t.due_at) AS limited, sum(CASE WHEN r.final_at <= t.due_at THEN 1 ELSE 0 END) AS in_time,
        count(t.work_minutes) AS predicted, coalesce(sum(t.work_minutes), 0.0) AS minutes
        """
    private static let marks =
        "LEFT JOIN finding_mark f ON f.task_id = t.id LEFT JOIN image_quality q ON q.task_id = t.id"
    private static let bucket = Turnaround.sql("((r.final_at - coalesce(t.ready_at, t.created_at)) / 60000)")

    private func readHere(in database: some DatabaseReading) throws -> [FigureRow] {
        try database.rows(
            """
            SELECT t.origin, s.modalities, \(Self.sums) \(Self.finals) \(Self.marks) \(Self.inMonth)
            GROUP BY t.origin, s.modalities
            """, start, end, node
        ).map { FigureRow(try key($0), try figures($0)) }
    }

    private func turnaroundHere(in database: some DatabaseReading) throws -> [FigureRow] {
        try database.rows(
            """
            SELECT t.origin, s.modalities, \(Self.bucket) AS bucket, count(*) AS number \(Self.finals) \(Self.inMonth)
            GROUP BY t.origin, s.modalities, bucket
            """, start, end, node
        ).map { FigureRow(try key($0), try turnaround($0)) }
    }

    private func figures(_ row: Row) throws -> Figures {
        var figures = Figures()
        figures.studies = try row["studies"]
        figures.judged = try row["judged"]
        figures.positive = try row["positive"]
        figures.corrected = try row["corrected"]
        figures.grades = try ["a", "b", "c", "rejected"].map { try row[$0] }
        figures.limited = try row["limited"]
        figures.inTime = try row["in_time"]
        let predicted: Int = try row["predicted"]
        let minutes: Double = try row["minutes"]
        let each = self.minutes(Self.modalities(try row[optional: "modalities"]))
        figures.minutes = minutes + Double(figures.studies - predicted) * each
        return figures
    }

    private func turnaround(_ row: Row) throws -> Figures {
        var figures = Figures()
        figures.turnaround.add(minutes: try row["bucket"], count: try row["number"])
        return figures
    }

    private func key(_ row: Row) throws -> FigureKey {
        FigureKey(
            origin: try row["origin"], owner: node,
            modality: Self.leading(Self.modalities(try row[optional: "modalities"])))
    }

    // MARK: Readers

    private func readers(in database: some DatabaseReading) throws -> [ReaderFigures] {
        try database.rows(
            """
            SELECT r.author, max(r.author_name) AS name, s.modalities,
                CASE WHEN t.origin = t.owner THEN 0 ELSE 1 END AS is_for_others, \(Self.sums)
            \(Self.finals) \(Self.marks) \(Self.inMonth) AND r.author IS NOT NULL
            GROUP BY r.author, s.modalities, is_for_others
            """, start, end, node
        ).map { row in
            let written = try figures(row)
            return ReaderFigures(
                user: try row["author"], name: try row["name"], figures: written,
                minutesForOthers: try row["is_for_others"] ? written.minutes : 0)
        }
    }

    private func readersTurnaround(in database: some DatabaseReading) throws -> [ReaderFigures] {
        try database.rows(
            """
            SELECT r.author, max(r.author_name) AS name, \(Self.bucket) AS bucket, count(*) AS number
            \(Self.finals) \(Self.inMonth) AND r.author IS NOT NULL GROUP BY r.author, bucket
            """, start, end, node
        ).map { ReaderFigures(user: try $0["author"], name: try $0["name"], figures: try turnaround($0)) }
    }

    private func reviews(in database: some DatabaseReading) throws -> [ReaderFigures] {
        try database.rows(
            """
            SELECT r.reviewer, max(r.reviewer_name) AS name, count(*) AS number \(Self.finals) \(Self.inMonth)
                AND r.reviewer IS NOT NULL GROUP BY r.reviewer
            """, start, end, node
        ).map { ReaderFigures(user: try $0["reviewer"], name: try $0["name"], reviewed: try $0["number"]) }
    }

    private func readersCritical(in database: some DatabaseReading) throws -> [ReaderFigures] {
        let bucket = Turnaround.sql("((settled_at - heard_at) / 60000)")
        return try database.rows(
            """
            SELECT marked_by, max(marked_by_name) AS name, CASE WHEN settled_at IS NULL THEN -1 ELSE \(bucket) END AS bucket,
                count(*) AS number
            FROM critical_result WHERE heard_at >= ? AND heard_at < ? AND withdrawn_at IS NULL AND owner = ?
            GROUP BY marked_by, bucket
            """, start, end, node
        ).map { ReaderFigures(user: try $0["marked_by"], name: try $0["name"], figures: try critical($0)) }
    }

    // MARK: Read elsewhere

    private func readElsewhere(in database: some DatabaseReading) throws -> [FigureRow] {
        // Only at the hospital did both moments come from one clock.
        let bucket = Turnaround.sql("((h.arrived_at - t.created_at) / 60000)")
        let rows = try database.rows(
            """
            SELECT t.origin, t.owner, s.modalities,
                CASE WHEN t.origin = ? AND h.arrived_at IS NOT NULL THEN \(bucket) ELSE -1 END AS bucket,
                count(*) AS number
            FROM report_homecoming h JOIN reading_task t ON t.id = h.task_id
                LEFT JOIN study s ON s.study_instance_uid = t.study_instance_uid
            WHERE h.announced_at >= ? AND h.announced_at < ? AND t.owner <> ?
            GROUP BY t.origin, t.owner, s.modalities, bucket
            """, node, start, end, node)
        return try rows.map { row in
            let modalities = Self.modalities(try row[optional: "modalities"])
            var figures = Figures()
            figures.studies = try row["number"]
            figures.minutes = Double(figures.studies) * minutes(modalities)
            let bucket: Int = try row["bucket"]
            if bucket >= 0 { figures.turnaround.add(minutes: bucket, count: figures.studies) }
            return FigureRow(
                FigureKey(origin: try row["origin"], owner: try row["owner"], modality: Self.leading(modalities)),
                figures)
        }
    }

    // MARK: Double reading

    private static let graded = "\(finals) JOIN peer_review p ON p.task_id = t.id \(inMonth) AND p.grade IS NOT NULL"

    private func readTwice(in database: some DatabaseReading) throws -> [FigureRow] {
        try database.rows(
            """
            SELECT t.origin, s.modalities, p.grade, count(*) AS number \(Self.graded)
            GROUP BY t.origin, s.modalities, p.grade
            """, start, end, node
        ).map { FigureRow(try key($0), try agreement($0)) }
    }

    private func readersReadTwice(in database: some DatabaseReading) throws -> [ReaderFigures] {
        try database.rows(
            """
            SELECT r.author, max(r.author_name) AS name, p.grade, count(*) AS number \(Self.graded)
                AND r.author IS NOT NULL GROUP BY r.author, p.grade
            """, start, end, node
        ).map { ReaderFigures(user: try $0["author"], name: try $0["name"], figures: try agreement($0)) }
    }

    private func agreement(_ row: Row) throws -> Figures {
        var figures = Figures()
        figures.doubleRead = try row["number"]
        if !agreements.contains(try row["grade"]) { figures.discrepant = figures.doubleRead }
        return figures
    }

    // MARK: Critical results

    private func critical(in database: some DatabaseReading) throws -> [FigureRow] {
        let bucket = Turnaround.sql("((c.settled_at - c.heard_at) / 60000)")
        return try database.rows(
            """
            SELECT c.origin, c.owner, s.modalities, CASE WHEN c.settled_at IS NULL THEN -1 ELSE \(bucket) END AS bucket,
                count(*) AS number
            FROM critical_result c LEFT JOIN study s ON s.study_instance_uid = c.study_instance_uid
            WHERE c.heard_at >= ? AND c.heard_at < ? AND c.withdrawn_at IS NULL
            GROUP BY c.origin, c.owner, s.modalities, bucket
            """, start, end
        ).map { row in
            var place = try self.key(row)
            place.owner = try row["owner"]
            return FigureRow(place, try critical(row))
        }
    }

    private func critical(_ row: Row) throws -> Figures {
        var figures = Figures()
        figures.critical = try row["number"]
        let bucket: Int = try row["bucket"]
        if bucket >= 0 { figures.answered.add(minutes: bucket, count: figures.critical) }
        return figures
    }

    // MARK: Modalities

    /// Predicted, for one study.
    private func minutes(_ modalities: [String]) -> Double { times.minutes(modalities: modalities, region: nil) }

    private static func modalities(_ text: String?) -> [String] {
        (text ?? "").split(separator: " ").map(String.init).filter { !["SR", "DOC", "KO", "PR"].contains($0) }
    }

    /// A study counts once, as the first modality that makes images.
    private static func leading(_ modalities: [String]) -> String { modalities.first ?? "OT" }
}
