// Tables of what was rejected, corrected, merged and moved.

import Database

extension ArchiveSchema {
    /// `rejection_note` and `rejection` repeat the key objects' files; `Reindex` adds to them and takes nothing away, so that
    /// no lost file shows again what was rejected. `rejection_lifted`, `patient_correction`, `study_merge` and `series_move`
    /// belong to the ledger. `withheld` and the columns with `shown` are derived from all of these by `ShownBook`.
    static let corrections = Migration(
        "2026-11-21 create rejection_note",
        """
        ALTER TABLE sop_instance ADD COLUMN withheld TEXT;
        CREATE INDEX sop_instance_withheld ON sop_instance (study_instance_uid) WHERE withheld IS NOT NULL;
        ALTER TABLE series ADD COLUMN shown_study TEXT NOT NULL DEFAULT '';
        UPDATE series SET shown_study = study_instance_uid;
        CREATE INDEX series_by_shown_study ON series (shown_study);
        ALTER TABLE series ADD COLUMN series_shown_count BIGINT;
        ALTER TABLE study ADD COLUMN shown_series_count BIGINT;
        ALTER TABLE study ADD COLUMN shown_instance_count BIGINT;
        ALTER TABLE study ADD COLUMN shown_made_count BIGINT;
        CREATE TABLE rejection_note (
            note_uid TEXT NOT NULL PRIMARY KEY,
            study_instance_uid TEXT NOT NULL,
            reason TEXT NOT NULL,
            remark TEXT,
            author TEXT,
            noted_at BIGINT NOT NULL,
            item_count BIGINT NOT NULL
        );
        CREATE INDEX rejection_note_by_study ON rejection_note (study_instance_uid);
        CREATE TABLE rejection (
            note_uid TEXT NOT NULL,
            sop_instance_uid TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            PRIMARY KEY (note_uid, sop_instance_uid)
        );
        CREATE INDEX rejection_by_instance ON rejection (sop_instance_uid);
        CREATE TABLE rejection_lifted (
            note_uid TEXT NOT NULL,
            sop_instance_uid TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            lifted_by TEXT NOT NULL,
            lifted_at BIGINT NOT NULL,
            reason TEXT,
            PRIMARY KEY (note_uid, sop_instance_uid)
        );
        CREATE INDEX rejection_lifted_by_study ON rejection_lifted (study_instance_uid);
        CREATE TABLE patient_correction (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            correction TEXT NOT NULL,
            original TEXT,
            corrected_at BIGINT NOT NULL,
            node TEXT NOT NULL
        );
        CREATE TABLE study_merge (
            source_study TEXT NOT NULL PRIMARY KEY,
            target_study TEXT,
            decided_at BIGINT NOT NULL,
            node TEXT NOT NULL,
            decided_by TEXT NOT NULL,
            reason TEXT NOT NULL
        );
        CREATE INDEX study_merge_by_target ON study_merge (target_study);
        CREATE TABLE series_move (
            source_study TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            target_study TEXT,
            decided_at BIGINT NOT NULL,
            node TEXT NOT NULL,
            decided_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (source_study, series_instance_uid)
        );
        CREATE INDEX series_move_by_target ON series_move (target_study);
        """)

    /// In the ledger: what may not be destroyed whatever its age, and what was destroyed by which note.
    static let retention = Migration(
        "2026-11-21 create legal_hold",
        """
        CREATE TABLE legal_hold (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            is_set BIGINT NOT NULL,
            decided_at BIGINT NOT NULL,
            node TEXT NOT NULL,
            decided_by TEXT NOT NULL,
            reason TEXT NOT NULL
        );
        CREATE INDEX rejection_note_by_reason ON rejection_note (reason, noted_at);
        """)

    /// Few rows: hidden, and not destroyed yet.
    static let destruction = Migration(
        "2026-11-22 index what may be destroyed",
        """
        CREATE INDEX sop_instance_to_destroy ON sop_instance (study_instance_uid)
            WHERE withheld <> 'note' AND file_state <> 'destroyed'
        """)
}
