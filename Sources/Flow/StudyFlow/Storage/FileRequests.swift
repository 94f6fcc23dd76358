// Files that are to come back.

import Database
import Vocabulary

/// One file that is wanted here again.
package struct FileRequest: Hashable, Sendable {
    package enum Purpose: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
        /// A person wants an evicted study.
        case recall
        /// The file was found damaged or missing.
        case repair
    }

    package var sopInstance: SOPInstanceUID
    package var study: StudyInstanceUID
    package var purpose: Purpose
    package var requestedBy: String
    package var requestedAt: Timestamp
    package var attempts: Int
    package var nextAttemptAt: Timestamp?
    /// A sentence for the operator.
    package var lastError: String?
}

/// In the ledger; stateless. A request stays until the file is here, however long that takes.
package struct FileRequestBook: Sendable {
    package init() {}

    package func add(
        _ instances: [SOPInstanceUID], of study: StudyInstanceUID, for purpose: FileRequest.Purpose, by user: String,
        at now: Timestamp, in transaction: Transaction
    ) throws {
        for instance in instances {
            try transaction.execute(
                """
                INSERT INTO file_request (sop_instance_uid, study_instance_uid, purpose, requested_by, requested_at)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (sop_instance_uid) DO UPDATE SET attempts = 0, next_attempt_at = NULL
                """, instance, study, purpose, user, now)
        }
        if purpose == .recall {
            try transaction.execute(
                """
                INSERT INTO study_recall (study_instance_uid, requested_by, requested_at) VALUES (?, ?, ?)
                ON CONFLICT (study_instance_uid) DO UPDATE SET requested_by = excluded.requested_by,
                    requested_at = excluded.requested_at
                """, study, user, now)
        }
    }

    /// What a person waits for first.
    package func due(at now: Timestamp, limit: Int, in database: some DatabaseReading) throws -> [FileRequest] {
        try database.rows(
            """
            SELECT * FROM file_request WHERE next_attempt_at IS NULL OR next_attempt_at <= ?
            ORDER BY purpose, requested_at, study_instance_uid, sop_instance_uid LIMIT ?
            """, now, limit
        ).map(FileRequest.init(row:))
    }

    package func request(for instance: SOPInstanceUID, in database: some DatabaseReading) throws -> FileRequest? {
        try database.row("SELECT * FROM file_request WHERE sop_instance_uid = ?", instance).map(FileRequest.init(row:))
    }

    package func requests(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [FileRequest] {
        try database.rows(
            "SELECT * FROM file_request WHERE study_instance_uid = ? ORDER BY sop_instance_uid", study
        ).map(FileRequest.init(row:))
    }

    /// Something of the study is on its way back, or a person wanted it back since `time`.
    package func holds(
        _ study: StudyInstanceUID, since time: Timestamp, in database: some DatabaseReading
    ) throws -> Bool {
        try database.row("SELECT 1 FROM file_request WHERE study_instance_uid = ? LIMIT 1", study) != nil
            || database.row(
                "SELECT 1 FROM study_recall WHERE study_instance_uid = ? AND requested_at > ?", study, time) != nil
    }

    package func failed(
        _ instance: SOPInstanceUID, error: String, nextAttemptAt: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE file_request SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?
            WHERE sop_instance_uid = ?
            """, error, nextAttemptAt, instance)
    }

    package func settled(_ instance: SOPInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM file_request WHERE sop_instance_uid = ?", instance)
    }
}

extension FileRequest {
    init(row: Row) throws {
        sopInstance = try row["sop_instance_uid"]
        study = try row["study_instance_uid"]
        purpose = try row["purpose"]
        requestedBy = try row["requested_by"]
        requestedAt = try row["requested_at"]
        attempts = try row["attempts"]
        nextAttemptAt = try row[optional: "next_attempt_at"]
        lastError = try row[optional: "last_error"]
    }
}
