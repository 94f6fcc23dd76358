// The relay's tables.

import Database

package enum RelaySchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create delivery",
            """
            CREATE TABLE delivery (
                id INTEGER PRIMARY KEY,
                study_instance_uid TEXT NOT NULL,
                sop_instance_uid TEXT NOT NULL,
                destination TEXT NOT NULL,
                digest TEXT NOT NULL,
                size BIGINT NOT NULL,
                transfer_syntax TEXT NOT NULL,
                sop_class TEXT NOT NULL,
                priority INTEGER NOT NULL,
                state TEXT NOT NULL CHECK (state IN
                    ('held', 'waiting', 'sending', 'sent', 'done', 'parked', 'cancelled')),
                attempts INTEGER NOT NULL DEFAULT 0,
                next_attempt_at BIGINT,
                lease_owner TEXT,
                lease_until BIGINT,
                last_error TEXT,
                last_status INTEGER,
                acted_by TEXT,
                study_queued_at BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                sent_at BIGINT,
                receipt_asked_at BIGINT,
                done_at BIGINT,
                UNIQUE (sop_instance_uid, destination)
            );
            CREATE INDEX delivery_claim ON delivery (destination, priority, study_queued_at, id)
                WHERE state = 'waiting';
            CREATE INDEX delivery_delayed ON delivery (destination, next_attempt_at)
                WHERE state = 'waiting' AND next_attempt_at IS NOT NULL;
            CREATE INDEX delivery_lease ON delivery (lease_until) WHERE state = 'sending';
            CREATE INDEX delivery_unproven ON delivery (sent_at) WHERE state = 'sent';
            CREATE INDEX delivery_study ON delivery (study_instance_uid, destination);
            CREATE INDEX delivery_state ON delivery (destination, state, id);
            CREATE TABLE relay_link (
                destination TEXT PRIMARY KEY NOT NULL,
                failing_since BIGINT,
                failures INTEGER NOT NULL DEFAULT 0,
                next_attempt_at BIGINT,
                last_error TEXT
            );
            """),
        Migration(
            "2026-11-21 create receipt",
            """
            CREATE TABLE receipt_batch (
                id INTEGER PRIMARY KEY,
                node TEXT NOT NULL,
                body TEXT NOT NULL,
                signature TEXT NOT NULL UNIQUE,
                certificate TEXT NOT NULL,
                received_at BIGINT NOT NULL
            );
            CREATE TABLE receipt (
                sop_instance_uid TEXT NOT NULL,
                node TEXT NOT NULL,
                digest TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                size BIGINT NOT NULL,
                transfer_syntax TEXT NOT NULL,
                stored_at BIGINT NOT NULL,
                batch INTEGER NOT NULL REFERENCES receipt_batch (id),
                PRIMARY KEY (sop_instance_uid, node, digest)
            );
            CREATE INDEX receipt_study ON receipt (study_instance_uid, node);
            CREATE TABLE receipt_due (
                id INTEGER PRIMARY KEY,
                child TEXT NOT NULL,
                origin TEXT NOT NULL,
                sop_instance_uid TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                digest TEXT NOT NULL,
                size BIGINT NOT NULL,
                transfer_syntax TEXT NOT NULL,
                stored_at BIGINT NOT NULL,
                UNIQUE (child, sop_instance_uid, digest)
            );
            CREATE INDEX receipt_due_child ON receipt_due (child, origin, id);
            """),
        Migration(
            "2026-11-21 count interruptions",
            """
            ALTER TABLE delivery ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE delivery ADD COLUMN bytes_carried BIGINT NOT NULL DEFAULT 0;
            """),
        Migration(
            "2026-11-21 let receipts name acquired forms",
            """
            ALTER TABLE receipt ADD COLUMN acquired_digest TEXT;
            ALTER TABLE receipt ADD COLUMN acquired_size BIGINT;
            ALTER TABLE receipt ADD COLUMN acquired_syntax TEXT;
            ALTER TABLE receipt_due ADD COLUMN acquired_digest TEXT;
            ALTER TABLE receipt_due ADD COLUMN acquired_size BIGINT;
            ALTER TABLE receipt_due ADD COLUMN acquired_syntax TEXT;
            """),
        Migration(
            "2026-11-21 let deliveries travel compressed",
            """
            ALTER TABLE delivery ADD COLUMN compression TEXT;
            ALTER TABLE delivery ADD COLUMN sent_digest TEXT;
            ALTER TABLE delivery ADD COLUMN sent_size BIGINT;
            ALTER TABLE delivery ADD COLUMN sent_syntax TEXT;
            CREATE INDEX delivery_uncompressed ON delivery (priority, study_queued_at, id)
                WHERE compression = 'wanted';
            CREATE TABLE compressed_copy (
                sop_instance_uid TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                file TEXT NOT NULL,
                digest TEXT NOT NULL,
                size BIGINT NOT NULL,
                transfer_syntax TEXT NOT NULL,
                file_size BIGINT NOT NULL,
                made_at BIGINT NOT NULL
            );
            """),
        Migration(
            "2026-11-21 create relay_change",
            """
            CREATE TABLE relay_change (id INTEGER PRIMARY KEY NOT NULL, number BIGINT NOT NULL);
            """),
        Migration(
            "2026-11-21 measure links",
            """
            ALTER TABLE relay_link ADD COLUMN bytes_per_second BIGINT;
            ALTER TABLE relay_link ADD COLUMN associations INTEGER;
            ALTER TABLE relay_link ADD COLUMN limit_bits BIGINT;
            ALTER TABLE relay_link ADD COLUMN rate_at BIGINT;
            """),
        Migration(
            "2026-11-21 index what goes in ranges",
            "CREATE INDEX delivery_ranges ON delivery (state, id) WHERE bytes_carried > 0"),
        Migration(
            "2026-11-21 find open deliveries",
            """
            CREATE INDEX delivery_open ON delivery (study_instance_uid, created_at, done_at) WHERE done_at IS NULL;
            """),
    ]
}
