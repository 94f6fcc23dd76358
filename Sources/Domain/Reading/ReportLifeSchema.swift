// Tables of what belongs to a report beside its text.

import Database

enum ReportLifeSchema {
    static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create report_addendum",
            """
            CREATE TABLE report_addendum (
                task_id TEXT NOT NULL,
                number INTEGER NOT NULL,
                text TEXT NOT NULL,
                signed_by TEXT NOT NULL,
                signed_by_name TEXT NOT NULL,
                signed_at BIGINT NOT NULL,
                is_current INTEGER NOT NULL,
                PRIMARY KEY (task_id, number)
            );
            CREATE TABLE report_field (
                task_id TEXT NOT NULL,
                name TEXT NOT NULL,
                place INTEGER NOT NULL,
                value TEXT NOT NULL,
                number DOUBLE PRECISION,
                unit TEXT,
                source TEXT NOT NULL,
                set_by TEXT NOT NULL,
                set_at BIGINT NOT NULL,
                PRIMARY KEY (task_id, name)
            );
            CREATE TABLE report_key_image (
                task_id TEXT NOT NULL,
                series_instance_uid TEXT NOT NULL,
                sop_instance_uid TEXT NOT NULL,
                frame INTEGER NOT NULL,
                note TEXT NOT NULL,
                marked_by TEXT NOT NULL,
                marked_by_name TEXT NOT NULL,
                marked_at BIGINT NOT NULL,
                PRIMARY KEY (task_id, sop_instance_uid, frame)
            );
            CREATE TABLE report_correction (
                task_id TEXT NOT NULL,
                version INTEGER NOT NULL,
                reason TEXT NOT NULL,
                corrected_by TEXT NOT NULL,
                corrected_by_name TEXT NOT NULL,
                corrected_at BIGINT NOT NULL,
                PRIMARY KEY (task_id, version)
            )
            """),
        Migration(
            "2026-11-21 create report_measurement",
            """
            CREATE TABLE report_measurement (
                task_id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL,
                measurements TEXT NOT NULL,
                changed_by TEXT NOT NULL,
                changed_at BIGINT NOT NULL
            );
            CREATE TABLE report_key_picture (
                task_id TEXT NOT NULL,
                sop_instance_uid TEXT NOT NULL,
                frame INTEGER NOT NULL,
                png TEXT NOT NULL,
                kept_by TEXT NOT NULL,
                kept_at BIGINT NOT NULL,
                PRIMARY KEY (task_id, sop_instance_uid, frame)
            )
            """),
    ]
}
