// Instances whose files are not at their place.

import Database
import Foundation
import Vocabulary

/// The ledger of what is away, from which `Reindex` brings rows back that no file stands for; `sop_instance.file_state`
/// repeats it. Stateless, like `Catalogue`.
package struct AbsenceBook: Sendable {
    package init() {}

    // MARK: Going

    /// Notes that the file of an instance is away, or why, in other words than before.
    package func leave(
        _ instance: InstanceRecord, as state: FileState, reason: String? = nil,
        at time: Timestamp, in transaction: Transaction
    ) throws {
        try keepSeries(of: instance, in: transaction)
        var instance = instance
        instance.fileState = state
        try transaction.execute(
            """
            INSERT INTO away_instance (sop_instance_uid, study_instance_uid, state, since, reason, instance)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (sop_instance_uid) DO UPDATE SET state = excluded.state, since = excluded.since,
                reason = excluded.reason, instance = excluded.instance
            """, instance.sopInstanceUID, instance.studyInstanceUID, state, time, reason,
            try JSONText.encode(instance))
        try mark(instance.sopInstanceUID, state, in: transaction)
    }

    /// Where the damaged file lies.
    package func note(asidePath: String, of instance: SOPInstanceUID, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE away_instance SET aside_path = ? WHERE sop_instance_uid = ?", asidePath, instance)
    }

    /// The next step of an eviction; nothing else about the absence changes.
    package func setState(_ state: FileState, of instance: SOPInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("UPDATE away_instance SET state = ? WHERE sop_instance_uid = ?", state, instance)
        try mark(instance, state, in: transaction)
    }

    /// The file is back at its place.
    ///
    /// - Returns: what was away; `nil` when nothing was.
    @discardableResult
    package func returned(
        _ instance: SOPInstanceUID, dataSetOffset: Int64, in transaction: Transaction
    ) throws -> Absence? {
        guard let absence = try absence(of: instance, in: transaction) else { return nil }
        let study = absence.instance.studyInstanceUID
        try transaction.execute("DELETE FROM away_instance WHERE sop_instance_uid = ?", instance)
        try transaction.execute(
            """
            DELETE FROM away_series WHERE study_instance_uid = ? AND NOT EXISTS (
                SELECT 1 FROM away_instance WHERE away_instance.study_instance_uid = away_series.study_instance_uid)
            """, study)
        try transaction.execute(
            "UPDATE sop_instance SET file_state = 'here', data_set_offset = ? WHERE sop_instance_uid = ?",
            dataSetOffset, instance)
        return absence
    }

    /// What comes back is what was acquired, and what was here was a compressed form of it: the row now names the former.
    package func adopt(
        _ stored: StoredInstance, _ syntax: TransferSyntax, for instance: SOPInstanceUID, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE sop_instance SET digest = ?, data_set_size = ?, path = ?, transfer_syntax_uid = ?,
                acquired_digest = NULL, acquired_size = NULL, acquired_syntax = NULL WHERE sop_instance_uid = ?
            """, stored.digest, stored.size, stored.path, syntax, instance)
        try transaction.execute(
            "UPDATE arrival SET digest = ? WHERE sop_instance_uid = ?", stored.digest, instance)
    }

    private func mark(_ instance: SOPInstanceUID, _ state: FileState, in transaction: Transaction) throws {
        try transaction.execute("UPDATE sop_instance SET file_state = ? WHERE sop_instance_uid = ?", state, instance)
    }

    /// Patient, study and series as the catalogue has them: no file may be left that says it.
    private func keepSeries(of instance: InstanceRecord, in transaction: Transaction) throws {
        let (study, series) = (instance.studyInstanceUID, instance.seriesInstanceUID)
        let known = try transaction.row(
            "SELECT 1 FROM away_series WHERE study_instance_uid = ? AND series_instance_uid = ?", study, series)
        guard known == nil, var record = try Catalogue().study(study, in: transaction),
            let found = try Catalogue().series(of: study, in: transaction).first(where: {
                $0.seriesInstanceUID == series
            })
        else { return }
        // A correction is applied anew to what the files said.
        if let original = try PatientCorrectionBook().original(of: study, in: transaction) { record.patient = original }
        try transaction.execute(
            """
            INSERT INTO away_series (study_instance_uid, series_instance_uid, study, series) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, series_instance_uid) DO NOTHING
            """, study, series, try JSONText.encode(record), try JSONText.encode(found))
    }

    // MARK: Asking

    package func absence(of instance: SOPInstanceUID, in database: some DatabaseReading) throws -> Absence? {
        try database.row("SELECT * FROM away_instance WHERE sop_instance_uid = ?", instance).map(Absence.init(row:))
    }

    /// The longest away first.
    package func list(
        _ states: [FileState], limit: Int = 100, in database: some DatabaseReading
    ) throws -> [Absence] {
        var condition = Condition()
        condition.oneOf("state", states)
        return try database.rows(
            "SELECT * FROM away_instance\(condition.sql) ORDER BY since, sop_instance_uid LIMIT ?",
            arguments: condition.arguments + [min(max(limit, 0), StudyQuery.largestPage)]
        ).map(Absence.init(row:))
    }

    package func list(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Absence] {
        try database.rows(
            "SELECT * FROM away_instance WHERE study_instance_uid = ? ORDER BY sop_instance_uid", study
        ).map(Absence.init(row:))
    }

    /// What is away of a study, and nothing of what is here: one look at an index that is nearly always empty.
    package func files(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyFiles {
        try Self.files(
            database.rows(
                "SELECT state, count(*) AS number FROM away_instance WHERE study_instance_uid = ? GROUP BY state", study
            )
        )
    }

    /// Of the whole archive.
    package func files(in database: some DatabaseReading) throws -> StudyFiles {
        try Self.files(database.rows("SELECT state, count(*) AS number FROM away_instance GROUP BY state"))
    }

    private static func files(_ rows: [Row]) throws -> StudyFiles {
        StudyFiles(
            counts: Dictionary(uniqueKeysWithValues: try rows.map { (try $0["state"], try $0["number"]) }))
    }
}

extension Absence {
    init(row: Row) throws {
        instance = try JSONText.decode(try row["instance"])
        state = try row["state"]
        instance.fileState = state
        since = try row["since"]
        reason = try row[optional: "reason"]
        asidePath = try row[optional: "aside_path"]
    }
}

/// Records as columns of text.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
