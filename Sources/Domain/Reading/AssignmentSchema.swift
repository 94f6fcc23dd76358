// The clock and the list of a task, and what an order says about the patient's way.

import Database

enum AssignmentSchema {
    static let migrations: [Migration] = [
        Migration(
            "2026-11-21 task clock and assignment",
            """
            ALTER TABLE reading_task ADD COLUMN work_type TEXT;
            ALTER TABLE reading_task ADD COLUMN work_modalities TEXT;
            ALTER TABLE reading_task ADD COLUMN work_region TEXT;
            ALTER TABLE reading_task ADD COLUMN work_institution TEXT;
            ALTER TABLE reading_task ADD COLUMN work_minutes DOUBLE PRECISION;
            ALTER TABLE reading_task ADD COLUMN clock_started_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN institution_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN tier_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN parent_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN due_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN visibility INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE reading_task ADD COLUMN widens_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN assigned_to TEXT;
            ALTER TABLE reading_task ADD COLUMN assigned_to_name TEXT;
            ALTER TABLE reading_task ADD COLUMN assigned_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN claimed_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN handover_by TEXT;
            ALTER TABLE reading_task ADD COLUMN handover_note TEXT;
            ALTER TABLE reading_task ADD COLUMN handover_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN waited_before BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE reading_task ADD COLUMN parent_asked_at BIGINT;
            ALTER TABLE reading_task ADD COLUMN remote_due_at BIGINT;
            CREATE INDEX reading_task_unplanned ON reading_task (owner, state) WHERE due_at IS NULL;
            CREATE INDEX reading_task_widens ON reading_task (widens_at) WHERE widens_at IS NOT NULL;
            CREATE INDEX reading_task_assigned ON reading_task (assigned_to) WHERE assigned_to IS NOT NULL;
            CREATE INDEX reading_task_claimed ON reading_task (claimed_by) WHERE claimed_by IS NOT NULL;
            ALTER TABLE reading_order ADD COLUMN patient_class TEXT;
            ALTER TABLE reading_order ADD COLUMN is_complex INTEGER
            """),
        Migration(
            "2026-11-21 index what was read last",
            "CREATE INDEX reading_task_recent ON reading_task (owner, state, changed_at)"),
    ]
}
