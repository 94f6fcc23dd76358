// The tables of orders, tasks and reports: ledger, never rebuilt from files.

import Database

package enum ReadingSchema {
    package static let migrations: [Migration] =
        [
            Migration(
                "2026-11-21 create reading_order",
                """
                CREATE TABLE reading_order (
                    id TEXT PRIMARY KEY NOT NULL,
                    origin TEXT NOT NULL,
                    issuer TEXT NOT NULL,
                    patient_id TEXT,
                    accession_number TEXT,
                    study_instance_uid TEXT,
                    patient_name TEXT,
                    clinical_question TEXT NOT NULL,
                    priority INTEGER NOT NULL,
                    requested_by TEXT NOT NULL,
                    requested_by_name TEXT NOT NULL,
                    has_consent INTEGER NOT NULL,
                    wanted_destination TEXT,
                    placed_at BIGINT NOT NULL,
                    state TEXT NOT NULL,
                    matched_study TEXT,
                    matched_by TEXT,
                    matched_at BIGINT,
                    revision INTEGER NOT NULL
                );
                CREATE UNIQUE INDEX reading_order_matched_study ON reading_order (matched_study);
                CREATE INDEX reading_order_study ON reading_order (study_instance_uid);
                CREATE INDEX reading_order_accession ON reading_order (issuer, accession_number);
                CREATE INDEX reading_order_patient ON reading_order (issuer, patient_id);
                CREATE INDEX reading_order_state ON reading_order (state, placed_at);
                CREATE TABLE order_separation (
                    order_id TEXT NOT NULL,
                    study_instance_uid TEXT NOT NULL,
                    separated_by TEXT NOT NULL,
                    at BIGINT NOT NULL,
                    PRIMARY KEY (order_id, study_instance_uid)
                )
                """),
            Migration(
                "2026-11-21 create reading_task",
                """
                CREATE TABLE reading_task (
                    id TEXT PRIMARY KEY NOT NULL,
                    study_instance_uid TEXT NOT NULL,
                    origin TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    came_from TEXT,
                    offered_to TEXT,
                    state TEXT NOT NULL,
                    remote_state TEXT,
                    priority INTEGER NOT NULL,
                    rule_name TEXT,
                    is_unrouted INTEGER NOT NULL,
                    order_id TEXT,
                    clinical_question TEXT,
                    created_at BIGINT NOT NULL,
                    images_complete_at BIGINT,
                    order_awaited_until BIGINT,
                    ready_at BIGINT,
                    claimed_by TEXT,
                    claimed_by_name TEXT,
                    lease_until BIGINT,
                    released_at BIGINT,
                    delivered_at BIGINT,
                    acknowledged_at BIGINT,
                    acknowledged_by_name TEXT,
                    reason TEXT,
                    revision INTEGER NOT NULL,
                    change_number INTEGER NOT NULL,
                    changed_at BIGINT NOT NULL
                );
                CREATE INDEX reading_task_study ON reading_task (study_instance_uid);
                CREATE INDEX reading_task_worklist ON reading_task (owner, state, priority, created_at);
                CREATE INDEX reading_task_lease ON reading_task (lease_until);
                CREATE INDEX reading_task_awaited ON reading_task (order_awaited_until);
                CREATE INDEX reading_task_changed ON reading_task (changed_at)
                """),
            Migration(
                "2026-11-21 create report",
                """
                CREATE TABLE report (
                    task_id TEXT PRIMARY KEY NOT NULL,
                    version INTEGER NOT NULL,
                    findings TEXT NOT NULL,
                    impression TEXT NOT NULL,
                    state TEXT NOT NULL,
                    author TEXT,
                    author_name TEXT,
                    reviewer TEXT,
                    reviewer_name TEXT,
                    saved_at BIGINT NOT NULL,
                    preliminary_at BIGINT,
                    final_at BIGINT,
                    preliminary_findings TEXT,
                    preliminary_impression TEXT,
                    sr_instance TEXT,
                    pdf_instance TEXT,
                    superseded_sr TEXT
                );
                CREATE TABLE report_version (
                    task_id TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    state TEXT NOT NULL,
                    findings TEXT NOT NULL,
                    impression TEXT NOT NULL,
                    signed_by TEXT NOT NULL,
                    signed_by_name TEXT NOT NULL,
                    signed_at BIGINT NOT NULL,
                    PRIMARY KEY (task_id, version, state)
                )
                """),
            Migration("2026-11-21 report images", "ALTER TABLE report ADD COLUMN image_count INTEGER"),
        ] + ReportLifeSchema.migrations + AssignmentSchema.migrations
}
