// The archive's tables.

import Database

package enum ArchiveSchema {
    package static let migrations: [Migration] = [
        catalogue, ledger, acquiredForms, absences, upkeep, nameWords, charsets, quarantine, corrections,
        retention, destruction, ways,
    ]

    /// Derived from the files; `Reindex` empties and refills these.
    private static let catalogue = Migration(
        "2026-11-21 create catalogue",
        """
        CREATE TABLE patient (
            issuer TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            patient_name TEXT,
            patient_name_key TEXT NOT NULL DEFAULT '',
            birth_date TEXT,
            sex TEXT,
            PRIMARY KEY (issuer, patient_id)
        );
        CREATE INDEX patient_by_id ON patient (patient_id);
        CREATE TABLE study (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            issuer TEXT NOT NULL,
            patient_id TEXT NOT NULL,
            study_date TEXT,
            study_time TEXT,
            accession_number TEXT,
            study_description TEXT,
            study_id TEXT,
            referring_physician TEXT,
            referring_physician_key TEXT NOT NULL DEFAULT '',
            institution_name TEXT,
            patient_age TEXT,
            study_timezone_offset TEXT,
            modalities TEXT NOT NULL DEFAULT '',
            body_parts TEXT NOT NULL DEFAULT '',
            origin_node TEXT NOT NULL,
            study_first_received_at BIGINT NOT NULL,
            study_last_received_at BIGINT NOT NULL,
            study_series_count BIGINT NOT NULL DEFAULT 0,
            study_instance_count BIGINT NOT NULL DEFAULT 0,
            study_network_made_count BIGINT NOT NULL DEFAULT 0,
            study_byte_count BIGINT NOT NULL DEFAULT 0,
            FOREIGN KEY (issuer, patient_id) REFERENCES patient (issuer, patient_id)
        );
        CREATE INDEX study_by_patient ON study (issuer, patient_id);
        CREATE INDEX study_by_accession_number ON study (accession_number);
        CREATE INDEX study_by_date ON study (study_date, study_time);
        CREATE INDEX study_by_arrival ON study (study_last_received_at);
        CREATE INDEX study_by_origin ON study (origin_node, study_last_received_at);
        CREATE TABLE series (
            study_instance_uid TEXT NOT NULL REFERENCES study (study_instance_uid),
            series_instance_uid TEXT NOT NULL,
            modality TEXT,
            series_number BIGINT,
            series_description TEXT,
            body_part TEXT,
            laterality TEXT,
            protocol_name TEXT,
            manufacturer TEXT,
            manufacturer_model_name TEXT,
            station_name TEXT,
            series_timezone_offset TEXT,
            performed_start_date TEXT,
            performed_start_time TEXT,
            scheduled_procedure_step_id TEXT,
            requested_procedure_id TEXT,
            series_network_made BIGINT NOT NULL DEFAULT 0,
            series_instance_count BIGINT NOT NULL DEFAULT 0,
            series_byte_count BIGINT NOT NULL DEFAULT 0,
            series_first_received_at BIGINT NOT NULL,
            series_last_received_at BIGINT NOT NULL,
            PRIMARY KEY (study_instance_uid, series_instance_uid)
        );
        CREATE INDEX series_by_uid ON series (series_instance_uid);
        CREATE TABLE sop_instance (
            sop_instance_uid TEXT NOT NULL PRIMARY KEY,
            study_instance_uid TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            sop_class_uid TEXT NOT NULL,
            transfer_syntax_uid TEXT NOT NULL,
            digest TEXT NOT NULL,
            data_set_size BIGINT NOT NULL,
            data_set_offset BIGINT NOT NULL,
            path TEXT NOT NULL UNIQUE,
            instance_number BIGINT,
            number_of_frames BIGINT,
            pixel_rows BIGINT,
            pixel_columns BIGINT,
            bits_allocated BIGINT,
            slice_position DOUBLE PRECISION,
            content_date TEXT,
            content_time TEXT,
            network_made BIGINT NOT NULL,
            source_kind TEXT NOT NULL,
            source_name TEXT NOT NULL,
            received_at BIGINT NOT NULL,
            FOREIGN KEY (study_instance_uid, series_instance_uid)
                REFERENCES series (study_instance_uid, series_instance_uid)
        );
        CREATE INDEX sop_instance_by_series ON sop_instance (study_instance_uid, series_instance_uid);
        """)

    /// Files may be away: evicted, damaged, missing. `away_…` belong to the ledger, the column repeats them.
    private static let absences = Migration(
        "2026-11-21 create away_instance",
        """
        ALTER TABLE sop_instance ADD COLUMN file_state TEXT NOT NULL DEFAULT 'here';
        CREATE TABLE away_instance (
            sop_instance_uid TEXT NOT NULL PRIMARY KEY,
            study_instance_uid TEXT NOT NULL,
            state TEXT NOT NULL,
            since BIGINT NOT NULL,
            reason TEXT,
            aside_path TEXT,
            instance TEXT NOT NULL
        );
        CREATE INDEX away_instance_by_study ON away_instance (study_instance_uid);
        CREATE INDEX away_instance_by_state ON away_instance (state, since);
        CREATE TABLE away_series (
            study_instance_uid TEXT NOT NULL,
            series_instance_uid TEXT NOT NULL,
            study TEXT NOT NULL,
            series TEXT NOT NULL,
            PRIMARY KEY (study_instance_uid, series_instance_uid)
        );
        """)

    /// How far the re-hash has come, and how the disk fills.
    private static let upkeep = Migration(
        "2026-11-21 create rehash_round",
        """
        CREATE TABLE rehash_round (
            id BIGINT NOT NULL PRIMARY KEY,
            started_at BIGINT NOT NULL,
            cursor TEXT NOT NULL DEFAULT '',
            files BIGINT NOT NULL DEFAULT 0,
            bytes BIGINT NOT NULL DEFAULT 0,
            faults BIGINT NOT NULL DEFAULT 0,
            finished_at BIGINT
        );
        CREATE TABLE space_sample (
            at BIGINT NOT NULL PRIMARY KEY,
            free BIGINT NOT NULL,
            total BIGINT NOT NULL
        );
        """)

    /// What no file can tell: backed up, never touched by `Reindex`.
    private static let ledger = Migration(
        "2026-11-21 create archive ledger",
        """
        CREATE TABLE study_origin (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            issuer TEXT NOT NULL,
            origin_node TEXT NOT NULL,
            via_child TEXT,
            recorded_at BIGINT NOT NULL
        );
        CREATE TABLE arrival (
            sop_instance_uid TEXT NOT NULL PRIMARY KEY,
            study_instance_uid TEXT NOT NULL,
            digest TEXT NOT NULL,
            network_made BIGINT NOT NULL,
            source_kind TEXT NOT NULL,
            source_name TEXT NOT NULL,
            received_at BIGINT NOT NULL
        );
        CREATE INDEX arrival_by_study ON arrival (study_instance_uid);
        CREATE TABLE study_manifest (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            revision BIGINT NOT NULL,
            announced_count BIGINT NOT NULL,
            stored_at BIGINT NOT NULL
        );
        CREATE TABLE manifest_item (
            study_instance_uid TEXT NOT NULL REFERENCES study_manifest (study_instance_uid),
            sop_instance_uid TEXT NOT NULL,
            digest TEXT NOT NULL,
            data_set_size BIGINT NOT NULL,
            PRIMARY KEY (study_instance_uid, sop_instance_uid)
        );
        CREATE TABLE conflict (
            id TEXT NOT NULL PRIMARY KEY,
            sop_instance_uid TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            reason TEXT NOT NULL,
            kept_digest TEXT,
            refused_digest TEXT NOT NULL,
            sender_kind TEXT NOT NULL,
            sender_name TEXT NOT NULL,
            path TEXT NOT NULL,
            first_at BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            times BIGINT NOT NULL,
            resolved_at BIGINT,
            resolved_by TEXT,
            UNIQUE (sop_instance_uid, refused_digest, reason)
        );
        CREATE INDEX conflict_by_study ON conflict (study_instance_uid);
        CREATE TABLE catalogue_rebuild (
            id BIGINT NOT NULL PRIMARY KEY,
            started_at BIGINT NOT NULL
        );
        """)

    /// `acquired_form` belongs to the ledger: what others said, and whether decoding bore them out. The columns are derived
    /// from it and from the files.
    private static let acquiredForms = Migration(
        "2026-11-21 name acquired forms",
        """
        ALTER TABLE sop_instance ADD COLUMN acquired_digest TEXT;
        ALTER TABLE sop_instance ADD COLUMN acquired_size BIGINT;
        ALTER TABLE sop_instance ADD COLUMN acquired_syntax TEXT;
        CREATE TABLE acquired_form (
            sop_instance_uid TEXT NOT NULL,
            digest TEXT NOT NULL,
            study_instance_uid TEXT NOT NULL,
            acquired_digest TEXT NOT NULL,
            acquired_size BIGINT NOT NULL,
            acquired_syntax TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('claimed', 'proven', 'refuted')),
            claimed_by TEXT NOT NULL,
            claimed_at BIGINT NOT NULL,
            checked_at BIGINT,
            PRIMARY KEY (sop_instance_uid, digest)
        );
        CREATE INDEX acquired_form_unchecked ON acquired_form (claimed_at) WHERE state = 'claimed';
        """)

    /// Derived. `NULL` until `NameIndex` has seen the row.
    private static let nameWords = Migration(
        "2026-11-21 search names by sound",
        """
        ALTER TABLE patient ADD COLUMN patient_name_words TEXT;
        CREATE INDEX patient_without_words ON patient (issuer, patient_id) WHERE patient_name_words IS NULL;
        """)

    /// `modality_charset` and `study_charset` belong to the ledger: what operators know better than the files say.
    /// `reread_job` is how far old studies have been read again. `guessed_encoding` is derived.
    private static let charsets = Migration(
        "2026-11-21 create modality_charset",
        """
        ALTER TABLE study ADD COLUMN guessed_encoding TEXT;
        CREATE TABLE modality_charset (
            source_name TEXT NOT NULL,
            station_name TEXT NOT NULL DEFAULT '',
            manufacturer TEXT NOT NULL DEFAULT '',
            encoding TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at BIGINT NOT NULL,
            PRIMARY KEY (source_name, station_name, manufacturer)
        );
        CREATE TABLE study_charset (
            study_instance_uid TEXT NOT NULL PRIMARY KEY,
            encoding TEXT,
            set_at BIGINT NOT NULL,
            is_applied BIGINT NOT NULL DEFAULT 0
        );
        CREATE INDEX study_charset_unapplied ON study_charset (set_at) WHERE is_applied = 0;
        CREATE TABLE reread_job (
            source_name TEXT NOT NULL PRIMARY KEY,
            set_by TEXT NOT NULL,
            set_at BIGINT NOT NULL,
            cursor TEXT NOT NULL DEFAULT '',
            total BIGINT,
            done BIGINT NOT NULL DEFAULT 0,
            changed BIGINT NOT NULL DEFAULT 0,
            away BIGINT NOT NULL DEFAULT 0,
            failed BIGINT NOT NULL DEFAULT 0,
            finished_at BIGINT
        );
        """)

    private static let ways = Migration(
        "2026-11-22 find what came through a child",
        """
        CREATE INDEX study_origin_issuer ON study_origin (issuer, via_child);
        CREATE INDEX study_origin_node ON study_origin (origin_node, via_child);
        """)
}
