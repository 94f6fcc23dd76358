// The settings, and what they mean for each study.

import DICOM
import Database
import Vocabulary

/// In the ledger. Stateless, like `Catalogue`.
package struct CharsetBook: Sendable {
    package init() {}

    // MARK: Settings

    package func settings(in database: some DatabaseReading) throws -> [ModalityCharset] {
        try database.rows("SELECT * FROM modality_charset ORDER BY source_name, station_name, manufacturer")
            .map(ModalityCharset.init(row:))
    }

    package func settings(
        of source: String, in database: some DatabaseReading
    ) throws -> [ModalityCharset] {
        try database.rows("SELECT * FROM modality_charset WHERE source_name = ?", source).map(
            ModalityCharset.init(row:))
    }

    package func set(_ setting: ModalityCharset, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO modality_charset (source_name, station_name, manufacturer, encoding, set_by, set_at)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source_name, station_name, manufacturer) DO UPDATE SET
                encoding = excluded.encoding, set_by = excluded.set_by, set_at = excluded.set_at
            """, setting.source, setting.station, setting.manufacturer, setting.encoding, setting.setBy, setting.setAt)
    }

    /// - Returns: whether there was such a setting.
    package func remove(
        source: String, station: String = "", manufacturer: String = "", in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            "DELETE FROM modality_charset WHERE source_name = ? AND station_name = ? AND manufacturer = ?", source,
            station, manufacturer) > 0
    }

    // MARK: Studies

    package func charset(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyCharset? {
        try database.row("SELECT * FROM study_charset WHERE study_instance_uid = ?", study)
            .map(StudyCharset.init(row:))
    }

    /// - Returns: whether it is news; an older word than the one that is known changes nothing.
    @discardableResult
    package func tell(_ charset: StudyCharset, isApplied: Bool, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO study_charset (study_instance_uid, encoding, set_at, is_applied) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET encoding = excluded.encoding, set_at = excluded.set_at,
                is_applied = excluded.is_applied
                WHERE study_charset.set_at < excluded.set_at
            """, charset.study, charset.encoding, charset.setAt, isApplied) > 0
    }

    /// Of those whose files are here, or have come back.
    package func unapplied(_ limit: Int, in database: some DatabaseReading) throws -> [StudyCharset] {
        try database.rows(
            """
            SELECT * FROM study_charset WHERE is_applied = 0 AND EXISTS (
                SELECT 1 FROM sop_instance WHERE sop_instance.study_instance_uid = study_charset.study_instance_uid
                    AND network_made = 0 AND file_state = 'here')
            ORDER BY set_at LIMIT ?
            """, limit
        )
        .map(StudyCharset.init(row:))
    }

    package func markApplied(_ charset: StudyCharset, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE study_charset SET is_applied = 1 WHERE study_instance_uid = ? AND set_at = ?", charset.study,
            charset.setAt)
    }

    /// What reading a header again needs: the study's own word, else the one for its source.
    package func encoding(
        for header: InstanceHeader, from source: InstanceSource, in database: some DatabaseReading
    ) throws -> CharacterEncoding? {
        if let known = try charset(of: header.studyInstanceUID, in: database) { return known.encoding }
        guard source.kind.mayBeSet else { return nil }
        return try settings(of: source.name, in: database)
            .encoding(station: header.stationName, manufacturer: header.manufacturer)
    }
}

extension InstanceSource.Kind {
    /// What comes from another node brings its own word; a user's disc may come from anywhere.
    package var mayBeSet: Bool { self == .modality || self == .folder }
}

extension ModalityCharset {
    init(row: Row) throws {
        self.init(
            source: try row["source_name"], station: try row["station_name"], manufacturer: try row["manufacturer"],
            encoding: try row["encoding"], setBy: try row["set_by"], setAt: try row["set_at"])
    }
}

extension StudyCharset {
    init(row: Row) throws {
        self.init(
            study: try row["study_instance_uid"], encoding: try row[optional: "encoding"], setAt: try row["set_at"])
    }
}
