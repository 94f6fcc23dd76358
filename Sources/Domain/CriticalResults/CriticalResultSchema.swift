// The tables of critical results: ledger, never rebuilt from files.

import Database

package enum CriticalResultSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create critical_result",
            """
            CREATE TABLE critical_result (
                id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                task_id TEXT NOT NULL,
                origin TEXT NOT NULL,
                owner TEXT NOT NULL,
                came_from TEXT,
                code TEXT NOT NULL,
                name TEXT NOT NULL,
                note TEXT NOT NULL,
                marked_by TEXT NOT NULL,
                marked_by_name TEXT NOT NULL,
                marked_at BIGINT NOT NULL,
                heard_at BIGINT NOT NULL,
                level BIGINT NOT NULL,
                withdrawn_by TEXT,
                withdrawn_reason TEXT,
                withdrawn_at BIGINT,
                settled_at BIGINT
            );
            CREATE INDEX critical_result_study ON critical_result (study_instance_uid);
            CREATE INDEX critical_result_open ON critical_result (heard_at) WHERE settled_at IS NULL;
            CREATE INDEX critical_result_heard ON critical_result (heard_at);
            CREATE TABLE critical_result_arrival (
                result_id TEXT NOT NULL,
                node TEXT NOT NULL,
                at BIGINT NOT NULL,
                PRIMARY KEY (result_id, node)
            );
            CREATE TABLE critical_result_acknowledgement (
                result_id TEXT NOT NULL,
                node TEXT NOT NULL,
                user_name TEXT NOT NULL,
                display_name TEXT NOT NULL,
                told TEXT NOT NULL,
                was_read_back BIGINT NOT NULL,
                at BIGINT NOT NULL,
                since_arrival BIGINT NOT NULL,
                PRIMARY KEY (result_id, node)
            );
            """)
    ]
}
