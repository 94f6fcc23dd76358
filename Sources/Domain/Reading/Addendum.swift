// What is said after a report was released.

import Database
import Vocabulary

/// A signed text under a released report. It takes nothing back: the report above it stands.
package struct Addendum: Hashable, Codable, Sendable {
    /// 1 for the task's first.
    package let number: Int
    package let text: String
    package let signer: Person
    package let signedAt: Timestamp

    package init(number: Int, text: String, signer: Person, signedAt: Timestamp) {
        self.number = number
        self.text = text
        self.signer = signer
        self.signedAt = signedAt
    }
}

extension TaskBook {
    /// Addenda of the report as it stands, oldest first; those of a report that was corrected since went with it.
    package func addenda(of id: TaskID, in database: some DatabaseReading) throws -> [Addendum] {
        try database.rows(
            "SELECT * FROM report_addendum WHERE task_id = ? AND is_current = 1 ORDER BY number", id
        ).map(Addendum.init(row:))
    }

    /// Signs a text under the released report. The task waits to be released again, as a new version that repeats the
    /// report and adds this; what was delivered and acknowledged was the version before it.
    ///
    /// - Throws: `ReadingError.refused(.notReleased)` unless the report is released here; `.blankReport`.
    @discardableResult
    package func signAddendum(
        _ id: TaskID, text: String, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> (task: ReadingTask, addendum: Addendum) {
        guard !text.allSatisfy(\.isWhitespace) else {
            throw ReadingError(code: .blankReport, message: "an addendum to reading task \(id) needs a text")
        }
        let task = try change(id, at: time, in: transaction) { task in
            try step(&task, .addendumSigned)
            task.deliveredAt = nil
            task.acknowledgedAt = nil
            task.acknowledgedByName = nil
        }
        let highest: Int? = try transaction.row(
            "SELECT max(number) AS n FROM report_addendum WHERE task_id = ?", id)?[optional: "n"]
        let addendum = Addendum(number: (highest ?? 0) + 1, text: text, signer: person, signedAt: time)
        try transaction.execute(
            """
            INSERT INTO report_addendum (task_id, number, text, signed_by, signed_by_name, signed_at, is_current)
            VALUES (?, ?, ?, ?, ?, ?, 1)
            """, id, addendum.number, text, person.user, person.displayName, time)
        try succeed(id, in: transaction)
        return (task, addendum)
    }

    /// The report is corrected: what stood under it stays with the version that is replaced.
    func retireAddenda(of id: TaskID, in transaction: Transaction) throws {
        try transaction.execute("UPDATE report_addendum SET is_current = 0 WHERE task_id = ?", id)
    }
}

extension Addendum {
    init(row: Row) throws {
        self.init(
            number: try row["number"], text: try row["text"],
            signer: Person(user: try row["signed_by"], displayName: try row["signed_by_name"]),
            signedAt: try row["signed_at"])
    }
}
