// Why a released report was taken back.

import Database
import Vocabulary

package struct Correction: Hashable, Codable, Sendable {
    /// Of the report as a draft again.
    package let version: Int
    package let reason: String
    package let person: Person
    package let at: Timestamp
}

extension TaskBook {
    /// Recalls the released report, which becomes a draft that will supersede it, and remembers who and why.
    @discardableResult
    package func correct(
        _ id: TaskID, reason: String, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        let task = try recall(id, reason: reason, at: time, in: transaction)
        guard let version = try report(of: id, in: transaction)?.version else { return task }
        try transaction.execute(
            """
            INSERT INTO report_correction (task_id, version, reason, corrected_by, corrected_by_name, corrected_at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (task_id, version) DO NOTHING
            """, id, version, reason, person.user, person.displayName, time)
        return task
    }

    /// Of the task's report, oldest first.
    package func corrections(of id: TaskID, in database: some DatabaseReading) throws -> [Correction] {
        try database.rows("SELECT * FROM report_correction WHERE task_id = ? ORDER BY version", id).map { row in
            Correction(
                version: try row["version"], reason: try row["reason"],
                person: Person(user: try row["corrected_by"], displayName: try row["corrected_by_name"]),
                at: try row["corrected_at"])
        }
    }
}
