// How a reader saw a key image: the pane with its window, its part of the image and its measurements.

import Database
import Foundation
import Vocabulary

/// A small picture for the report's page. The key object and the presentation state name the image itself; this is what
/// stands beside the text on paper.
package struct KeyPicture: Hashable, Sendable {
    package var instance: SOPInstanceUID
    package var frame: Int
    package var png: Data

    package init(instance: SOPInstanceUID, frame: Int, png: Data) {
        self.instance = instance
        self.frame = frame
        self.png = png
    }
}

extension TaskBook {
    package func keyPictures(of id: TaskID, in database: some DatabaseReading) throws -> [KeyPicture] {
        try database.rows("SELECT * FROM report_key_picture WHERE task_id = ?", id).compactMap { row in
            let text: String = try row["png"]
            return try Data(base64Encoded: text).map {
                KeyPicture(instance: try row["sop_instance_uid"], frame: try row["frame"], png: $0)
            }
        }
    }

    /// Marked again, an image is no longer seen as it was.
    func forgetPicture(
        of instance: SOPInstanceUID, frame: Int, of id: TaskID, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "DELETE FROM report_key_picture WHERE task_id = ? AND sop_instance_uid = ? AND frame = ?", id, instance,
            frame)
    }

    /// They are the patient's images, and end with them.
    package func forgetPictures(of instances: [SOPInstanceUID], in transaction: Transaction) throws {
        let gone = Set(instances)
        // There are a few pictures a report, and no index by image: one look for all that goes.
        let kept: [SOPInstanceUID] = try transaction.rows("SELECT DISTINCT sop_instance_uid FROM report_key_picture")
            .map { try $0["sop_instance_uid"] }
        for instance in kept where gone.contains(instance) {
            try transaction.execute("DELETE FROM report_key_picture WHERE sop_instance_uid = ?", instance)
        }
    }

    /// A second one replaces the first.
    ///
    /// - Throws: `ReadingError.notClaimant`, `.claimedByAnother`.
    package func keep(
        _ picture: KeyPicture, of id: TaskID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws {
        guard let task = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        try checkHolder(task, person)
        try transaction.execute(
            """
            INSERT INTO report_key_picture (task_id, sop_instance_uid, frame, png, kept_by, kept_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (task_id, sop_instance_uid, frame) DO UPDATE SET png = excluded.png, kept_by = excluded.kept_by,
                kept_at = excluded.kept_at
            """, id, picture.instance, picture.frame, picture.png.base64EncodedString(), person.user, time)
    }
}
