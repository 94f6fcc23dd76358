// The grades that one node knows of.

import Database
import Vocabulary

/// Stateless; every function runs in the caller's transaction.
package struct QualityBook: Sendable {
    package init() {}

    package func mark(of task: String, in database: some DatabaseReading) throws -> QualityMark? {
        try database.row("SELECT * FROM image_quality WHERE task_id = ?", task).map(QualityMark.init(row:))
    }

    package func marks(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [QualityMark] {
        try database.rows(
            "SELECT * FROM image_quality WHERE study_instance_uid = ? ORDER BY graded_at DESC, task_id", study
        ).map(QualityMark.init(row:))
    }

    /// Keeps the reader's word, as the next revision of what was said before.
    package func grade(_ mark: QualityMark, in transaction: Transaction) throws -> QualityMark {
        var mark = mark
        mark.revision = (try self.mark(of: mark.task, in: transaction)?.revision ?? 0) + 1
        try store(mark, in: transaction)
        return mark
    }

    /// - Returns: `false` when as much was known.
    package func hear(_ mark: QualityMark, in transaction: Transaction) throws -> Bool {
        if let known = try self.mark(of: mark.task, in: transaction), known.revision >= mark.revision { return false }
        try store(mark, in: transaction)
        return true
    }

    /// How each hospital's images were graded from `start` until before `end`.
    package func counts(
        from start: Timestamp, until end: Timestamp, in database: some DatabaseReading
    ) throws -> [QualityCount] {
        var counts: [String: QualityCount] = [:]
        let rows = try database.rows(
            """
            SELECT origin, modality, grade, reasons, count(*) AS number FROM image_quality
            WHERE graded_at >= ? AND graded_at < ? GROUP BY origin, modality, grade, reasons
            """, start, end)
        for row in rows {
            let (origin, modality): (NodeName, String) = (try row["origin"], try row["modality"])
            let number: Int = try row["number"]
            var count = counts["\(origin) \(modality)"] ?? QualityCount(origin: origin, modality: modality)
            count.grades[try row["grade"], default: 0] += number
            for reason in QualityMark.reasons(in: try row["reasons"]) { count.reasons[reason, default: 0] += number }
            counts["\(origin) \(modality)"] = count
        }
        return counts.values.sorted { ($0.origin, $0.modality) < ($1.origin, $1.modality) }
    }

    private func store(_ mark: QualityMark, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO image_quality (task_id, study_instance_uid, origin, owner, modality, grade, reasons, note,
                graded_by, graded_by_name, graded_at, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET owner = excluded.owner, modality = excluded.modality,
                grade = excluded.grade, reasons = excluded.reasons, note = excluded.note,
                graded_by = excluded.graded_by, graded_by_name = excluded.graded_by_name,
                graded_at = excluded.graded_at, revision = excluded.revision
            """, mark.task, mark.study, mark.origin, mark.owner, mark.modality, mark.grade,
            QualityMark.text(of: mark.reasons), mark.note, mark.by, mark.byName, mark.at, mark.revision)
    }
}

extension QualityMark {
    static func text(of reasons: [QualityReason]) -> String { reasons.map(\.rawValue).joined(separator: " ") }

    static func reasons(in text: String) -> [QualityReason] {
        text.split(separator: " ").compactMap { QualityReason(rawValue: String($0)) }
    }

    init(row: Row) throws {
        self.init(
            task: try row["task_id"], study: try row["study_instance_uid"], origin: try row["origin"],
            owner: try row["owner"], modality: try row["modality"], grade: try row["grade"],
            reasons: Set(Self.reasons(in: try row["reasons"])), note: try row["note"], by: try row["graded_by"],
            byName: try row["graded_by_name"], at: try row["graded_at"], revision: try row["revision"])
    }
}
