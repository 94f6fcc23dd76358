// The table of reading times.

import Database

package enum WorkloadSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create reading_time",
            """
            CREATE TABLE reading_time (
                task_id TEXT PRIMARY KEY NOT NULL,
                modality TEXT NOT NULL,
                region TEXT,
                reader TEXT NOT NULL,
                minutes DOUBLE PRECISION NOT NULL,
                signed_at BIGINT NOT NULL
            );
            CREATE INDEX reading_time_signed ON reading_time (signed_at)
            """)
    ]
}
