// Images that a reader marked.

import Database
import Vocabulary

/// One frame that shows what the report says.
package struct KeyImage: Hashable, Codable, Sendable {
    package var series: SeriesInstanceUID
    package var instance: SOPInstanceUID
    /// From 1.
    package var frame: Int
    package var note: String

    package init(series: SeriesInstanceUID, instance: SOPInstanceUID, frame: Int = 1, note: String = "") {
        self.series = series
        self.instance = instance
        self.frame = frame
        self.note = note
    }
}

extension TaskBook {
    /// More are no selection.
    package static let mostKeyImages = 60

    /// In the order in which they were marked.
    package func keyImages(of id: TaskID, in database: some DatabaseReading) throws -> [KeyImage] {
        try database.rows(
            "SELECT * FROM report_key_image WHERE task_id = ? ORDER BY marked_at, sop_instance_uid, frame", id
        ).map(KeyImage.init(row:))
    }

    /// Marked again, it takes the new note.
    ///
    /// - Throws: `ReadingError.notClaimant`, `.claimedByAnother`; `.tooManyKeyImages`.
    package func mark(
        _ image: KeyImage, of id: TaskID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws {
        try checkMayMark(id, person, in: transaction)
        let others = try keyImages(of: id, in: transaction).filter {
            ($0.instance, $0.frame) != (image.instance, image.frame)
        }
        guard others.count < Self.mostKeyImages else {
            throw ReadingError(
                code: .tooManyKeyImages,
                message: "reading task \(id) has \(others.count) key images already; take one away first")
        }
        try transaction.execute(
            """
            INSERT INTO report_key_image
                (task_id, series_instance_uid, sop_instance_uid, frame, note, marked_by, marked_by_name, marked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id, sop_instance_uid, frame) DO UPDATE SET note = excluded.note
            """, id, image.series, image.instance, image.frame, image.note, person.user, person.displayName, time)
    }

    package func unmark(
        _ instance: SOPInstanceUID, frame: Int, of id: TaskID, by person: Person, in transaction: Transaction
    ) throws {
        try checkMayMark(id, person, in: transaction)
        try transaction.execute(
            "DELETE FROM report_key_image WHERE task_id = ? AND sop_instance_uid = ? AND frame = ?", id, instance, frame
        )
        try forgetPicture(of: instance, frame: frame, of: id, in: transaction)
    }

    private func checkMayMark(_ id: TaskID, _ person: Person, in transaction: Transaction) throws {
        guard let task = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        try checkHolder(task, person)
    }
}

extension KeyImage {
    init(row: Row) throws {
        self.init(
            series: try row["series_instance_uid"], instance: try row["sop_instance_uid"], frame: try row["frame"],
            note: try row["note"])
    }
}
