// The tables of second readings: ledger.

import Database
import Vocabulary

package enum PeerReviewSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create peer_review",
            """
            CREATE TABLE peer_review (
                id TEXT PRIMARY KEY NOT NULL,
                task_id TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                origin TEXT NOT NULL,
                rule_name TEXT NOT NULL,
                state TEXT NOT NULL,
                author TEXT NOT NULL,
                author_name TEXT NOT NULL,
                reviewer TEXT NOT NULL,
                reviewer_name TEXT NOT NULL,
                first_findings TEXT NOT NULL,
                first_impression TEXT NOT NULL,
                second_reader TEXT,
                second_reader_name TEXT,
                second_findings TEXT NOT NULL,
                second_impression TEXT NOT NULL,
                version INTEGER NOT NULL,
                grade TEXT,
                review_comment TEXT NOT NULL,
                teaching TEXT NOT NULL,
                graded_by TEXT,
                graded_by_name TEXT,
                created_at BIGINT NOT NULL,
                taken_at BIGINT,
                signed_at BIGINT,
                graded_at BIGINT,
                seen_at BIGINT
            );
            CREATE UNIQUE INDEX peer_review_task ON peer_review (task_id);
            CREATE INDEX peer_review_state ON peer_review (state, created_at);
            CREATE INDEX peer_review_author ON peer_review (author, graded_at);
            CREATE INDEX peer_review_study ON peer_review (study_instance_uid);
            CREATE TABLE teaching_note (
                review_id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                origin TEXT NOT NULL,
                teaching TEXT NOT NULL,
                at BIGINT NOT NULL
            );
            CREATE INDEX teaching_note_study ON teaching_note (study_instance_uid);
            CREATE INDEX teaching_note_at ON teaching_note (at)
            """)
    ]
}

extension PeerReview {
    init(row: Row) throws {
        func person(_ user: String) throws -> ReviewPerson? {
            guard let account: String = try row[optional: user] else { return nil }
            return ReviewPerson(user: account, displayName: try row[optional: "\(user)_name"] ?? account)
        }
        func known(_ user: String) throws -> ReviewPerson {
            ReviewPerson(user: try row[user], displayName: try row["\(user)_name"])
        }
        self.init(
            id: try row["id"], task: try row["task_id"], study: try row["study_instance_uid"],
            origin: try row["origin"], ruleName: try row["rule_name"], state: try row["state"],
            author: try known("author"), reviewer: try known("reviewer"),
            first: ReviewText(findings: try row["first_findings"], impression: try row["first_impression"]),
            secondReader: try person("second_reader"),
            second: ReviewText(findings: try row["second_findings"], impression: try row["second_impression"]),
            grade: try row[optional: "grade"], comment: try row["review_comment"], teaching: try row["teaching"],
            gradedBy: try person("graded_by"), createdAt: try row["created_at"],
            takenAt: try row[optional: "taken_at"], signedAt: try row[optional: "signed_at"],
            gradedAt: try row[optional: "graded_at"], seenAt: try row[optional: "seen_at"],
            version: try row["version"])
    }
}
