// Where refused objects are listed.

import Database

extension ArchiveSchema {
    /// Part of the ledger: what was refused for its bytes.
    static let quarantine = Migration(
        "2026-11-21 create quarantine",
        """
        CREATE TABLE quarantine (
            id TEXT NOT NULL PRIMARY KEY,
            reason TEXT NOT NULL,
            sentence TEXT NOT NULL,
            sender_kind TEXT NOT NULL,
            sender_name TEXT NOT NULL,
            sender_address TEXT,
            issuer TEXT,
            network_made INTEGER NOT NULL,
            path TEXT NOT NULL,
            digest TEXT NOT NULL,
            file_size BIGINT NOT NULL,
            transfer_syntax TEXT NOT NULL,
            sop_class_uid TEXT,
            sop_instance_uid TEXT,
            study_instance_uid TEXT,
            first_at BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            times BIGINT NOT NULL,
            UNIQUE (digest, reason, transfer_syntax)
        );
        CREATE INDEX quarantine_by_age ON quarantine (last_at, id);
        """)
}
