// What a study should consist of, by its child's word.

import Database
import Vocabulary

/// Expected manifests, in the ledger. Stateless, like `Catalogue`.
package struct ManifestBook: Sendable {
    package init() {}

    /// Manifests name what was acquired; a compressed form counts once it was decoded to just that.
    private static let isHere = "COALESCE(sop_instance.acquired_digest, sop_instance.digest) = manifest_item.digest"

    /// Before the items are known: how many instances the child has so far. Never lowers what is known.
    package func announce(
        _ study: StudyInstanceUID, count: Int, at time: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO study_manifest (study_instance_uid, revision, announced_count, stored_at) VALUES (?, 0, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET announced_count = excluded.announced_count
                WHERE study_manifest.announced_count < excluded.announced_count
            """, study, count, time)
    }

    /// Replaces an earlier revision. `false`, and nothing changed, for one that is not newer.
    @discardableResult
    package func store(
        _ manifest: StudyManifest, at time: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        let study = manifest.studyInstanceUID
        let changed = try transaction.execute(
            """
            INSERT INTO study_manifest (study_instance_uid, revision, announced_count, stored_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid) DO UPDATE SET revision = excluded.revision,
                announced_count = excluded.announced_count, stored_at = excluded.stored_at
                WHERE study_manifest.revision < excluded.revision
            """, study, manifest.revision, manifest.items.count, time)
        guard changed == 1 else { return false }
        try transaction.execute("DELETE FROM manifest_item WHERE study_instance_uid = ?", study)
        for item in manifest.items {
            try transaction.execute(
                """
                INSERT INTO manifest_item (study_instance_uid, sop_instance_uid, digest, data_set_size)
                VALUES (?, ?, ?, ?) ON CONFLICT (study_instance_uid, sop_instance_uid) DO NOTHING
                """, study, item.sopInstanceUID, item.digest, item.size)
        }
        return true
    }

    /// `nil` before anything was announced. Before the items are known (`revision` 0), `expected` is what was announced
    /// and `arrived` what is in the catalogue.
    package func progress(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> ManifestProgress? {
        guard
            let head = try database.row(
                "SELECT revision, announced_count FROM study_manifest WHERE study_instance_uid = ?", study)
        else { return nil }
        var progress = ManifestProgress(
            revision: try head["revision"], expected: try head["announced_count"], arrived: 0, differing: 0,
            expectedBytes: 0, arrivedBytes: 0)
        if progress.revision == 0 {
            let row = try database.row(
                """
                SELECT study_instance_count - study_network_made_count AS arrived, study_byte_count AS bytes
                FROM study WHERE study_instance_uid = ?
                """, study)
            if let row { (progress.arrived, progress.arrivedBytes) = (try row["arrived"], try row["bytes"]) }
            progress.expected = max(progress.expected, progress.arrived)
            return progress
        }
        let row = try database.row(
            """
            SELECT count(*) AS expected, COALESCE(sum(manifest_item.data_set_size), 0) AS expected_bytes,
                COALESCE(sum(CASE WHEN \(Self.isHere) THEN 1 ELSE 0 END), 0) AS arrived,
                COALESCE(sum(CASE WHEN \(Self.isHere) THEN manifest_item.data_set_size ELSE 0 END), 0)
                    AS arrived_bytes,
                COALESCE(sum(CASE WHEN sop_instance.digest IS NULL OR \(Self.isHere) OR EXISTS (
                    SELECT 1 FROM acquired_form WHERE state = 'claimed'
                        AND acquired_form.sop_instance_uid = sop_instance.sop_instance_uid
                        AND acquired_form.digest = sop_instance.digest) THEN 0 ELSE 1 END), 0) AS differing
            FROM manifest_item LEFT JOIN sop_instance
                ON sop_instance.sop_instance_uid = manifest_item.sop_instance_uid
            WHERE manifest_item.study_instance_uid = ?
            """, study)
        guard let row else { return progress }
        progress.expected = try row["expected"]
        progress.arrived = try row["arrived"]
        progress.differing = try row["differing"]
        progress.expectedBytes = try row["expected_bytes"]
        progress.arrivedBytes = try row["arrived_bytes"]
        return progress
    }

    /// How many instances the settled manifest names; `nil` while the study is only announced. Cheap, unlike `progress`.
    package func settledCount(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> Int? {
        try database.row(
            "SELECT announced_count FROM study_manifest WHERE study_instance_uid = ? AND revision > 0", study)?[
                "announced_count"]
    }

    /// All that the settled manifest names is here. `false` while only announced.
    package func isComplete(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        guard let progress = try progress(of: study, in: database) else { return false }
        return progress.revision > 0 && progress.isComplete
    }

    /// The manifest as stored, items sorted by UID.
    package func manifest(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyManifest? {
        guard
            let head = try database.row("SELECT revision FROM study_manifest WHERE study_instance_uid = ?", study)
        else { return nil }
        let items = try database.rows(
            """
            SELECT sop_instance_uid, digest, data_set_size FROM manifest_item WHERE study_instance_uid = ?
            ORDER BY sop_instance_uid
            """, study
        ).map(ManifestItem.init(row:))
        return StudyManifest(studyInstanceUID: study, revision: try head["revision"], items: items)
    }

    /// What the stored manifest names and the archive doesn't hold, sorted by UID: what to ask the child for.
    package func outstanding(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [ManifestItem] {
        try database.rows(
            """
            SELECT manifest_item.sop_instance_uid, manifest_item.digest, manifest_item.data_set_size
            FROM manifest_item WHERE manifest_item.study_instance_uid = ? AND NOT EXISTS (
                SELECT 1 FROM sop_instance WHERE sop_instance.sop_instance_uid = manifest_item.sop_instance_uid
                    AND \(Self.isHere))
            ORDER BY manifest_item.sop_instance_uid
            """, study
        ).map(ManifestItem.init(row:))
    }
}
