// What a reader measured, kept with the report as it is written.

import Database
import Foundation
import Vocabulary

/// All measurements of one task. Saved as one: the reader's page holds them all, and undoing may bring back several.
package struct MeasurementSet: Hashable, Sendable {
    /// Grows with each saving; 0 before the first.
    package var revision: Int
    package var measurements: [ImageMeasurement]
    package var changedAt: Timestamp?

    package init(revision: Int = 0, measurements: [ImageMeasurement] = [], changedAt: Timestamp? = nil) {
        self.revision = revision
        self.measurements = measurements
        self.changedAt = changedAt
    }
}

extension TaskBook {
    /// More on one study are no help to anybody.
    package static let mostMeasurements = 200

    package func measurements(of id: TaskID, in database: some DatabaseReading) throws -> MeasurementSet {
        guard let row = try database.row("SELECT * FROM report_measurement WHERE task_id = ?", id) else {
            return MeasurementSet()
        }
        let text: String = try row["measurements"]
        do {
            return MeasurementSet(
                revision: try row["revision"],
                measurements: try JSONDecoder().decode([ImageMeasurement].self, from: Data(text.utf8)),
                changedAt: try row["changed_at"])
        } catch let error as DecodingError {
            throw ReadingError(
                code: .changedMeanwhile, message: "the measurements of reading task \(id) cannot be read", cause: error)
        }
    }

    /// - Throws: `ReadingError.notClaimant`, `.claimedByAnother` for everybody but who writes the report.
    package func checkMayMeasure(_ task: ReadingTask, _ person: Person) throws { try checkHolder(task, person) }

    /// Replaces them all. Each remembers who drew it or changed it last. Sent again because the answer was lost, they
    /// change nothing.
    ///
    /// - Parameter revision: that they were changed from.
    /// - Throws: `ReadingError.notClaimant`, `.claimedByAnother`: only who writes the report measures for it;
    ///   `.staleMeasurements` where they were saved from somewhere else meanwhile; `.tooManyMeasurements`.
    package func setMeasurements(
        _ measurements: [ImageMeasurement], over revision: Int, of id: TaskID, by person: Person, at time: Timestamp,
        in transaction: Transaction
    ) throws -> MeasurementSet {
        guard let task = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        try checkHolder(task, person)
        guard measurements.count <= Self.mostMeasurements else {
            throw ReadingError(
                code: .tooManyMeasurements,
                message: "reading task \(id) can have \(Self.mostMeasurements) measurements; take some away first")
        }
        let known = try self.measurements(of: id, in: transaction)
        if known.revision == revision + 1, Self.says(known.measurements, theSameAs: measurements) { return known }
        guard known.revision == revision else {
            throw ReadingError(
                code: .staleMeasurements,
                message: "the measurements of reading task \(id) were saved from somewhere else; read them again")
        }
        let before = Dictionary(known.measurements.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let signed = measurements.map { measurement in
            var signed = measurement
            let same = before[measurement.id].flatMap { $0.says(theSameAs: measurement) ? $0 : nil }
            (signed.user, signed.userName) = (same?.user ?? person.user, same?.userName ?? person.displayName)
            return signed
        }
        let set = MeasurementSet(revision: revision + 1, measurements: signed, changedAt: time)
        try transaction.execute(
            """
            INSERT INTO report_measurement (task_id, revision, measurements, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET revision = excluded.revision, measurements = excluded.measurements,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """, id, set.revision, String(decoding: try JSONEncoder().encode(signed), as: UTF8.self), person.user, time)
        return set
    }

    private static func says(_ known: [ImageMeasurement], theSameAs sent: [ImageMeasurement]) -> Bool {
        known.count == sent.count && zip(known, sent).allSatisfy { $0.says(theSameAs: $1) }
    }
}
