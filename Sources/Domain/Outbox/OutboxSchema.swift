// The tables of events between nodes.

import Database

package enum OutboxSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create outbox",
            """
            CREATE TABLE outbox_epoch (
                singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
                epoch TEXT NOT NULL
            );
            CREATE TABLE outbox_lane (
                peer TEXT NOT NULL,
                lane TEXT NOT NULL,
                last_sequence BIGINT NOT NULL DEFAULT 0,
                acknowledged BIGINT NOT NULL DEFAULT 0,
                PRIMARY KEY (peer, lane)
            );
            CREATE TABLE outbox_event (
                peer TEXT NOT NULL,
                lane TEXT NOT NULL,
                sequence BIGINT NOT NULL,
                id TEXT NOT NULL,
                origin TEXT NOT NULL,
                destination TEXT NOT NULL,
                type TEXT NOT NULL,
                version INTEGER NOT NULL,
                payload TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                appended_at BIGINT NOT NULL,
                acknowledged_at BIGINT,
                PRIMARY KEY (peer, lane, sequence),
                UNIQUE (id, peer)
            );
            CREATE INDEX outbox_event_acknowledged ON outbox_event (acknowledged_at)
                WHERE acknowledged_at IS NOT NULL;
            """),
        Migration(
            "2026-11-21 create inbox",
            """
            CREATE TABLE inbox_epoch (
                peer TEXT NOT NULL,
                epoch TEXT NOT NULL,
                generation INTEGER NOT NULL,
                first_seen_at BIGINT NOT NULL,
                PRIMARY KEY (peer, epoch)
            );
            CREATE TABLE inbox_cursor (
                peer TEXT NOT NULL,
                epoch TEXT NOT NULL,
                lane TEXT NOT NULL,
                applied BIGINT NOT NULL,
                applied_id TEXT,
                PRIMARY KEY (peer, epoch, lane)
            );
            CREATE TABLE inbox_event (
                id TEXT PRIMARY KEY NOT NULL,
                received_at BIGINT NOT NULL
            );
            CREATE INDEX inbox_event_received ON inbox_event (received_at);
            CREATE TABLE parked_event (
                id TEXT PRIMARY KEY NOT NULL,
                peer TEXT NOT NULL,
                epoch TEXT NOT NULL,
                lane TEXT NOT NULL,
                sequence BIGINT NOT NULL,
                origin TEXT NOT NULL,
                destination TEXT NOT NULL,
                type TEXT NOT NULL,
                version INTEGER NOT NULL,
                payload TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                reason TEXT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 1,
                parked_at BIGINT NOT NULL,
                resolved_at BIGINT,
                resolved_by TEXT
            );
            CREATE INDEX parked_event_open ON parked_event (parked_at) WHERE resolved_at IS NULL;
            """),
    ]
}
