// Tables of what corrections mean for readers.

import Database

package enum CorrectionSchema {
    package static let migrations: [Migration] = [
        // `study_bar` is derived: studies of which nothing is shown any more. `reader_notice` is what a reader must have
        // seen before they sign.
        Migration(
            "2026-11-21 create study_bar",
            """
            CREATE TABLE study_bar (
                study_instance_uid TEXT NOT NULL PRIMARY KEY,
                shown_in TEXT,
                since BIGINT NOT NULL
            );
            CREATE TABLE reader_notice (
                task_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (task_id, kind)
            );
            """)
    ]
}
