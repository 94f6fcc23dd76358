// Asking for what a UID names, and how much there is.

import Database
import Vocabulary

/// How much the archive holds.
package struct StorageTotals: Hashable, Sendable {
    package var studies: Int
    package var instances: Int
    package var bytes: Int64
}

/// What came from one node.
package struct OriginTotals: Hashable, Sendable {
    package var node: NodeName
    package var totals: StorageTotals
    package var lastReceivedAt: Timestamp
}

/// A patient with how many studies of theirs the asker may see.
package struct PatientResult: Hashable, Sendable {
    package var patient: PatientRecord
    package var studyCount: Int
    package var lastReceivedAt: Timestamp
}

extension Catalogue {
    package func study(_ uid: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyRecord? {
        try database.row(
            "SELECT \(StudyRecord.columns) FROM \(StudyRecord.tables) WHERE study.study_instance_uid = ?", uid
        ).map(StudyRecord.init(row:))
    }

    /// In the order people list them: by series number, what the network made last.
    package func series(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [SeriesRecord] {
        try database.rows(
            """
            SELECT \(SeriesRecord.columns) FROM series WHERE study_instance_uid = ?
            ORDER BY \(SeriesRecord.order)
            """, study
        ).map(SeriesRecord.init(row:))
    }

    /// Of all series, or of one; by instance number, then slice position.
    package func instances(
        of study: StudyInstanceUID, series: SeriesInstanceUID? = nil, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        var condition = Condition()
        condition.equal("study_instance_uid", study)
        condition.equal("series_instance_uid", series)
        let order = series == nil ? "series_instance_uid, " : ""
        return try database.rows(
            "SELECT \(InstanceRecord.columns) FROM sop_instance\(condition.sql) ORDER BY \(order)\(InstanceRecord.order)",
            arguments: condition.arguments
        ).map(InstanceRecord.init(row:))
    }

    package func instance(
        _ uid: SOPInstanceUID, in database: some DatabaseReading
    ) throws -> InstanceRecord? {
        try database.row("SELECT \(InstanceRecord.columns) FROM sop_instance WHERE sop_instance_uid = ?", uid)
            .map(InstanceRecord.init(row:))
    }

    package func modality(of series: SeriesInstanceUID, in database: some DatabaseReading) throws -> String? {
        try database.row("SELECT modality FROM series WHERE series_instance_uid = ?", series)?[optional: "modality"]
    }

    /// Whether an instance stands on the file at a place.
    package func isStoodOn(_ path: String, in database: some DatabaseReading) throws -> Bool {
        try database.row("SELECT 1 FROM sop_instance WHERE path = ?", path) != nil
    }

    /// What the network made for a study, newest first: reports.
    package func networkMade(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        try database.rows(
            """
            SELECT \(InstanceRecord.columns) FROM sop_instance WHERE study_instance_uid = ? AND network_made = 1
            ORDER BY received_at DESC, sop_instance_uid
            """, study
        ).map(InstanceRecord.init(row:))
    }

    /// What was acquired, sorted by UID, so that two nodes with the same instances say the same.
    package func manifest(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [ManifestItem] {
        try database.rows(
            """
            SELECT sop_instance_uid, COALESCE(acquired_digest, digest) AS digest,
                COALESCE(acquired_size, data_set_size) AS data_set_size FROM sop_instance
            WHERE study_instance_uid = ? AND network_made = 0 ORDER BY sop_instance_uid
            """, study
        ).map(ManifestItem.init(row:))
    }

    /// Those items that are not here, or here with another digest.
    package func missing(
        from items: [ManifestItem], in database: some DatabaseReading
    ) throws -> [ManifestItem] {
        try items.filter { item in
            try database.row(
                "SELECT 1 FROM sop_instance WHERE sop_instance_uid = ? AND COALESCE(acquired_digest, digest) = ?",
                item.sopInstanceUID, item.digest) == nil
        }
    }

    /// Studies that nothing was added to since `time` and that still have acquired files here: the oldest week first, in it
    /// the largest study.
    package func longestKept(
        until time: Timestamp, limit: Int, offset: Int, in database: some DatabaseReading
    ) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT study_instance_uid FROM study WHERE study_last_received_at <= ? AND EXISTS (
                SELECT 1 FROM sop_instance WHERE sop_instance.study_instance_uid = study.study_instance_uid
                    AND file_state = 'here' AND network_made = 0)
            ORDER BY study_last_received_at / 604800000, study_byte_count DESC, study_instance_uid LIMIT ? OFFSET ?
            """, time, limit, offset
        ).map { try $0["study_instance_uid"] }
    }

    // MARK: For pages

    /// Patients whose name, ID or a study's accession number holds every word of `text`.
    package func patients(
        matching text: String, visibility: StudyVisibility = .all, limit: Int = 50, in database: some DatabaseReading
    ) throws -> [PatientResult] {
        var query = StudyQuery()
        query.freeText = text
        query.visibility = visibility
        let condition = Self.condition(query)
        return try database.rows(
            """
            SELECT \(PatientRecord.columns), count(*) AS study_count, max(study_last_received_at) AS last_received_at
            FROM \(StudyRecord.tables)\(condition.sql) GROUP BY \(PatientRecord.columns)
            ORDER BY last_received_at DESC, patient.issuer, patient.patient_id LIMIT ?
            """, arguments: condition.arguments + [min(max(limit, 0), StudyQuery.largestPage)]
        ).map {
            PatientResult(
                patient: try PatientRecord(row: $0), studyCount: try $0["study_count"],
                lastReceivedAt: try $0["last_received_at"])
        }
    }

    package func totals(in database: some DatabaseReading) throws -> StorageTotals {
        guard
            let row = try database.row(
                """
                SELECT count(*) AS studies, COALESCE(sum(study_instance_count), 0) AS instances,
                    COALESCE(sum(study_byte_count), 0) AS bytes FROM study
                """)
        else { return StorageTotals(studies: 0, instances: 0, bytes: 0) }
        return try StorageTotals(row: row)
    }

    /// Sorted by node.
    package func totalsByOrigin(in database: some DatabaseReading) throws -> [OriginTotals] {
        try database.rows(
            """
            SELECT origin_node, count(*) AS studies, sum(study_instance_count) AS instances,
                sum(study_byte_count) AS bytes, max(study_last_received_at) AS last_received_at
            FROM study GROUP BY origin_node ORDER BY origin_node
            """
        ).map {
            OriginTotals(
                node: try $0["origin_node"], totals: try StorageTotals(row: $0),
                lastReceivedAt: try $0["last_received_at"])
        }
    }
}

extension StorageTotals {
    init(row: Row) throws {
        self.init(studies: try row["studies"], instances: try row["instances"], bytes: try row["bytes"])
    }
}

extension ManifestItem {
    init(row: Row) throws {
        self.init(
            sopInstanceUID: try row["sop_instance_uid"], digest: try row["digest"], size: try row["data_set_size"])
    }
}
