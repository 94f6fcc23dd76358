// Tables of how studies arrive: their pace, what came late, and the folders that are watched.

import Database

package enum ArrivalSchema {
    package static let migrations: [Migration] = [
        // When an acquired study may be taken to be whole, and the pace by which that is judged.
        Migration(
            "2026-11-21 follow the pace of arrivals",
            """
            ALTER TABLE study_passage ADD COLUMN source TEXT;
            ALTER TABLE study_passage ADD COLUMN pace_ms BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE study_passage ADD COLUMN pause_ms BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE study_passage ADD COLUMN ended_at BIGINT;
            ALTER TABLE study_passage ADD COLUMN settle_due_at BIGINT;
            UPDATE study_passage SET settle_due_at = last_instance_at + 20000 WHERE settled_at IS NULL;
            CREATE INDEX study_passage_due ON study_passage (settle_due_at) WHERE settled_at IS NULL;
            CREATE TABLE source_pace (
                source TEXT PRIMARY KEY NOT NULL,
                pace_ms BIGINT NOT NULL,
                pause_ms BIGINT NOT NULL
            )
            """),
        // How many images of a study its readers know of; what came after is new to them.
        Migration(
            "2026-11-21 create study_seen",
            """
            CREATE TABLE study_seen (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                seen_count INTEGER NOT NULL,
                seen_at BIGINT NOT NULL
            )
            """),
        Migration(
            "2026-11-21 create watched_folder",
            """
            CREATE TABLE watched_folder (
                path TEXT PRIMARY KEY NOT NULL,
                waiting INTEGER NOT NULL,
                taken INTEGER NOT NULL,
                refused INTEGER NOT NULL,
                last_taken_at BIGINT,
                problem TEXT
            );
            CREATE TABLE refused_file (
                id TEXT PRIMARY KEY NOT NULL,
                folder TEXT NOT NULL,
                name TEXT NOT NULL,
                reason TEXT NOT NULL,
                refused_at BIGINT NOT NULL,
                dismissed_at BIGINT
            );
            CREATE INDEX refused_file_open ON refused_file (refused_at) WHERE dismissed_at IS NULL
            """),
    ]
}
