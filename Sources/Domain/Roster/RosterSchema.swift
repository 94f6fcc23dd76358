// The tables of the roster: who is away.

import Database

package enum RosterSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create reader_absence",
            """
            CREATE TABLE reader_absence (
                reader TEXT NOT NULL,
                from_at BIGINT NOT NULL,
                until_at BIGINT,
                marked_by TEXT NOT NULL,
                note TEXT,
                PRIMARY KEY (reader, from_at)
            )
            """)
    ]
}
