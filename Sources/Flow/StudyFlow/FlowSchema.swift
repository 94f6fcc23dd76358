// Tables of what belongs to no one domain: where a study stands at this node.

import Database

package enum FlowSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create study_passage",
            """
            CREATE TABLE study_passage (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                priority INTEGER NOT NULL,
                last_instance_at BIGINT NOT NULL,
                settled_at BIGINT,
                revision INTEGER NOT NULL DEFAULT 0,
                next_hop TEXT,
                decision TEXT,
                decided_at BIGINT
            );
            CREATE INDEX study_passage_unsettled ON study_passage (last_instance_at) WHERE settled_at IS NULL;
            CREATE TABLE study_announcement (
                study_instance_uid TEXT NOT NULL,
                destination TEXT NOT NULL,
                event_id TEXT NOT NULL,
                acknowledged INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (study_instance_uid, destination)
            );
            CREATE INDEX study_announcement_event ON study_announcement (event_id);
            """),
        Migration(
            "2026-11-21 create report_homecoming",
            """
            CREATE TABLE report_homecoming (
                task_id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                source TEXT NOT NULL,
                announcement TEXT NOT NULL,
                announced_at BIGINT NOT NULL,
                arrived_at BIGINT,
                attempts INTEGER NOT NULL DEFAULT 0,
                next_attempt_at BIGINT,
                last_error TEXT
            );
            CREATE INDEX report_homecoming_study ON report_homecoming (study_instance_uid);
            CREATE INDEX report_homecoming_due ON report_homecoming (next_attempt_at) WHERE arrived_at IS NULL;
            """),
        Migration(
            "2026-11-21 create peer_status",
            """
            CREATE TABLE peer_status (
                peer TEXT PRIMARY KEY NOT NULL,
                heard_at BIGINT NOT NULL,
                heartbeat TEXT
            )
            """),
        Migration(
            "2026-11-21 create onward_hop",
            """
            CREATE TABLE onward_hop (
                study_instance_uid TEXT NOT NULL,
                from_node TEXT NOT NULL,
                to_node TEXT NOT NULL,
                since BIGINT NOT NULL,
                heard_from TEXT NOT NULL,
                proven_at BIGINT,
                asked_at BIGINT,
                PRIMARY KEY (study_instance_uid, to_node)
            );
            CREATE INDEX onward_hop_open ON onward_hop (since) WHERE proven_at IS NULL;
            """),
        Migration(
            "2026-11-21 create file_request",
            """
            CREATE TABLE file_request (
                sop_instance_uid TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                purpose TEXT NOT NULL,
                requested_by TEXT NOT NULL,
                requested_at BIGINT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                next_attempt_at BIGINT,
                last_error TEXT
            );
            CREATE INDEX file_request_study ON file_request (study_instance_uid);
            CREATE INDEX file_request_due ON file_request (next_attempt_at);
            CREATE TABLE study_recall (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                requested_by TEXT NOT NULL,
                requested_at BIGINT NOT NULL
            );
            """),
        Migration(
            "2026-11-21 create custody_sent",
            """
            CREATE TABLE custody_sent (
                study_instance_uid TEXT NOT NULL,
                destination TEXT NOT NULL,
                revision INTEGER NOT NULL,
                queued_at BIGINT NOT NULL,
                PRIMARY KEY (study_instance_uid, destination)
            );
            CREATE TABLE custody_kept (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                child TEXT NOT NULL,
                noted_at BIGINT NOT NULL
            );
            CREATE INDEX study_passage_kept_here ON study_passage (settled_at)
                WHERE settled_at IS NOT NULL AND next_hop IS NULL;
            """),
        Migration(
            "2026-11-21 remember when a priority was set",
            """
            ALTER TABLE study_passage ADD COLUMN priority_set_at BIGINT NOT NULL DEFAULT 0
            """),
        Migration(
            "2026-11-21 find open obligations",
            """
            CREATE INDEX report_homecoming_open ON report_homecoming (announced_at) WHERE arrived_at IS NULL;
            CREATE INDEX reading_task_open ON reading_task (study_instance_uid)
                WHERE acknowledged_at IS NULL AND state <> 'cancelled';
            CREATE INDEX conflict_open ON conflict (study_instance_uid, first_at) WHERE resolved_at IS NULL;
            """),
    ]
}
