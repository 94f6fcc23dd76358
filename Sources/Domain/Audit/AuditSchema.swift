// The table of the trail.

import Database

package enum AuditSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create audit_event",
            """
            CREATE TABLE audit_event (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                at BIGINT NOT NULL,
                actor_kind TEXT NOT NULL,
                actor TEXT NOT NULL,
                action TEXT NOT NULL,
                outcome TEXT NOT NULL,
                study_instance_uid TEXT,
                sop_instance_uid TEXT,
                object TEXT,
                detail TEXT NOT NULL,
                address TEXT
            );
            CREATE INDEX audit_event_by_time ON audit_event (at);
            CREATE INDEX audit_event_by_study ON audit_event (study_instance_uid, sequence);
            CREATE INDEX audit_event_by_actor ON audit_event (actor, sequence);
            CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
            CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
            """)
    ]
}
