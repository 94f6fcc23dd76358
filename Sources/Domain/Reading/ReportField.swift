// Findings that are numbers or choices, kept beside the text that says them.

import Database
import Vocabulary

/// One measured or chosen value of a report. The text of the report says it too; this is what can be counted, compared
/// with an earlier study, or written into the SR as a measurement.
package struct ReportField: Hashable, Codable, Sendable {
    /// Who found the value.
    package enum Source: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
        /// Typed by the reader.
        case reader
        /// Measured in the viewer.
        case viewer
    }

    /// As the template calls it: 结节长径.
    package var name: String
    /// As people read it, without the unit.
    package var value: String
    /// The value where it is a number.
    package var number: Double?
    /// UCUM, such as `mm`.
    package var unit: String?
    package var source: Source

    package init(name: String, value: String, number: Double? = nil, unit: String? = nil, source: Source = .reader) {
        self.name = name
        self.value = value
        self.number = number
        self.unit = unit
        self.source = source
    }
}

extension TaskBook {
    package func fields(of id: TaskID, in database: some DatabaseReading) throws -> [ReportField] {
        try database.rows("SELECT * FROM report_field WHERE task_id = ? ORDER BY place, name", id)
            .map(ReportField.init(row:))
    }

    /// Keeps these values; a field that was set before takes the new value, others stay. An empty value takes a field
    /// away.
    ///
    /// - Throws: `ReadingError.notClaimant`, `.claimedByAnother`: only who writes the report sets its fields.
    package func setFields(
        _ fields: [ReportField], of id: TaskID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws {
        guard let task = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        try checkHolder(task, person)
        let known = try self.fields(of: id, in: transaction).count
        for (index, field) in fields.enumerated() {
            guard !field.value.isEmpty else {
                try transaction.execute("DELETE FROM report_field WHERE task_id = ? AND name = ?", id, field.name)
                continue
            }
            try transaction.execute(
                """
                INSERT INTO report_field (task_id, name, place, value, number, unit, source, set_by, set_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (task_id, name) DO UPDATE SET value = excluded.value, number = excluded.number,
                    unit = excluded.unit, source = excluded.source, set_by = excluded.set_by, set_at = excluded.set_at
                """, id, field.name, known + index, field.value, field.number, field.unit, field.source, person.user,
                time)
        }
    }
}

extension ReportField {
    init(row: Row) throws {
        self.init(
            name: try row["name"], value: try row["value"], number: try row[optional: "number"],
            unit: try row[optional: "unit"], source: try row["source"])
    }
}
