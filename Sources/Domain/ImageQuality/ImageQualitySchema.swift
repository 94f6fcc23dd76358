// The tables of grades and retakes: ledger, never rebuilt from files.

import Database

package enum ImageQualitySchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create image_quality",
            """
            CREATE TABLE image_quality (
                task_id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                origin TEXT NOT NULL,
                owner TEXT NOT NULL,
                modality TEXT NOT NULL,
                grade TEXT NOT NULL,
                reasons TEXT NOT NULL,
                note TEXT NOT NULL,
                graded_by TEXT NOT NULL,
                graded_by_name TEXT NOT NULL,
                graded_at BIGINT NOT NULL,
                revision BIGINT NOT NULL
            );
            CREATE INDEX image_quality_study ON image_quality (study_instance_uid);
            CREATE INDEX image_quality_time ON image_quality (graded_at, origin, modality, grade);
            CREATE TABLE retake (
                id TEXT PRIMARY KEY NOT NULL,
                task_id TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                origin TEXT NOT NULL,
                owner TEXT NOT NULL,
                came_from TEXT,
                reasons TEXT NOT NULL,
                note TEXT NOT NULL,
                requested_by TEXT NOT NULL,
                requested_by_name TEXT NOT NULL,
                requested_at BIGINT NOT NULL,
                heard_at BIGINT NOT NULL,
                outcome TEXT,
                answer_note TEXT,
                new_study TEXT,
                image_count BIGINT,
                answered_by TEXT,
                answered_by_name TEXT,
                answered_at BIGINT,
                withdrawn_by_name TEXT,
                settled_at BIGINT,
                closed_at BIGINT
            );
            CREATE INDEX retake_study ON retake (study_instance_uid);
            CREATE INDEX retake_open ON retake (heard_at) WHERE settled_at IS NULL;
            CREATE INDEX retake_unclosed ON retake (settled_at) WHERE closed_at IS NULL;
            CREATE INDEX retake_heard ON retake (heard_at);
            """)
    ]
}
