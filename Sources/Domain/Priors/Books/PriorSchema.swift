// The tables of priors: ledger, and gone when they expire.

import Database

package enum PriorSchema {
    /// Numbers of people of whom no image is left.
    package static let forgetCardsOfNothing = """
        DELETE FROM patient_card WHERE NOT EXISTS (
            SELECT 1 FROM sop_instance WHERE sop_instance.study_instance_uid = patient_card.study_instance_uid
                AND network_made = 0 AND COALESCE(withheld, '') <> 'note'
                AND file_state NOT IN ('destroying', 'destroyed'))
        """

    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create prior_query",
            """
            CREATE TABLE prior_query (
                id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                asker TEXT NOT NULL,
                came_from TEXT,
                asked_by TEXT NOT NULL,
                asked_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            );
            CREATE INDEX prior_query_study ON prior_query (study_instance_uid, asked_at);
            CREATE INDEX prior_query_end ON prior_query (expires_at);
            CREATE TABLE prior_node (
                query_id TEXT NOT NULL,
                node TEXT NOT NULL,
                via TEXT NOT NULL,
                state TEXT NOT NULL,
                since BIGINT NOT NULL,
                PRIMARY KEY (query_id, node)
            );
            CREATE TABLE prior_route (
                query_id TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                holder TEXT NOT NULL,
                via TEXT NOT NULL,
                hops BIGINT NOT NULL,
                summary TEXT,
                PRIMARY KEY (query_id, study_instance_uid, holder)
            );
            CREATE TABLE prior_loan (
                study_instance_uid TEXT NOT NULL,
                borrower TEXT NOT NULL,
                query_id TEXT NOT NULL,
                lender TEXT,
                state TEXT NOT NULL,
                since BIGINT NOT NULL,
                attempts BIGINT NOT NULL DEFAULT 0,
                next_attempt_at BIGINT,
                last_error TEXT,
                loan_grant TEXT,
                PRIMARY KEY (study_instance_uid, borrower)
            );
            CREATE INDEX prior_loan_open ON prior_loan (since) WHERE state IN ('wanted', 'granted');
            CREATE TABLE patient_card (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                card_number TEXT NOT NULL
            );
            CREATE INDEX patient_card_number ON patient_card (card_number);
            CREATE INDEX patient_by_birth_date ON patient (birth_date);
            """),
        Migration(
            "2026-11-22 mark ways to earlier studies that led nowhere",
            "ALTER TABLE prior_route ADD COLUMN refused_at BIGINT"),
        Migration(
            "2026-11-22 create prior_report",
            """
            CREATE TABLE prior_report_wish (
                study_instance_uid TEXT NOT NULL,
                borrower TEXT NOT NULL,
                query_id TEXT NOT NULL,
                holder TEXT NOT NULL,
                lender TEXT,
                since BIGINT NOT NULL,
                told TEXT,
                refusal TEXT,
                ended_at BIGINT,
                PRIMARY KEY (study_instance_uid, borrower)
            );
            CREATE INDEX prior_report_wish_query ON prior_report_wish (query_id);
            CREATE TABLE prior_report (
                study_instance_uid TEXT PRIMARY KEY NOT NULL,
                lender TEXT NOT NULL,
                report TEXT NOT NULL,
                received_at BIGINT NOT NULL
            );
            """),
        Migration(
            "2026-11-22 end loans of earlier studies",
            "CREATE INDEX prior_loan_done ON prior_loan (since) WHERE state IN ('given', 'refused')"),
        Migration("2026-11-22 forget identity numbers of destroyed studies", forgetCardsOfNothing),
    ]
}
