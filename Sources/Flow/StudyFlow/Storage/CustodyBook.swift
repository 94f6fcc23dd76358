// Copies that are kept, and not read.

import Database
import Vocabulary

/// Copies this node sent up, and those it keeps for a node below. In the ledger; stateless.
package struct CustodyBook: Sendable {
    package init() {}

    // MARK: Kept here

    /// The study is here for safety only: it is on nobody's reading list.
    package func isCopy(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row("SELECT 1 FROM custody_kept WHERE study_instance_uid = ?", study) != nil
    }

    package func keep(
        _ study: StudyInstanceUID, for child: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO custody_kept (study_instance_uid, child, noted_at) VALUES (?, ?, ?)
            ON CONFLICT (study_instance_uid) DO NOTHING
            """, study, child, now)
    }

    /// It is to be read after all.
    ///
    /// - Returns: whether it was a copy until now.
    package func release(_ study: StudyInstanceUID, in transaction: Transaction) throws -> Bool {
        try transaction.execute("DELETE FROM custody_kept WHERE study_instance_uid = ?", study) > 0
    }

    // MARK: Sent up

    /// Of which revision of its manifest the copy is; `nil` where there is none.
    package func sent(
        _ study: StudyInstanceUID, to parent: NodeName, in database: some DatabaseReading
    ) throws -> Int? {
        try database.row(
            "SELECT revision FROM custody_sent WHERE study_instance_uid = ? AND destination = ?", study, parent)?[
                "revision"]
    }

    package func noteSent(
        _ study: StudyInstanceUID, to parent: NodeName, revision: Int, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO custody_sent (study_instance_uid, destination, revision, queued_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (study_instance_uid, destination) DO UPDATE SET revision = excluded.revision
            """, study, parent, revision, now)
    }

    /// The study goes up to be read: no copy that may wait any more.
    ///
    /// - Returns: whether it was one until now.
    package func forgetSent(
        _ study: StudyInstanceUID, to parent: NodeName, in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            "DELETE FROM custody_sent WHERE study_instance_uid = ? AND destination = ?", study, parent) > 0
    }

    /// Copies on their way to a parent: some delivery is open.
    package func underWay(to parent: NodeName, in database: some DatabaseReading) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT study_instance_uid FROM custody_sent WHERE destination = ? AND EXISTS (
                SELECT 1 FROM delivery WHERE delivery.study_instance_uid = custody_sent.study_instance_uid
                    AND delivery.destination = custody_sent.destination
                    AND delivery.state IN ('held', 'waiting', 'sending', 'sent'))
            ORDER BY queued_at
            """, parent
        ).map { try $0["study_instance_uid"] }
    }

    /// Settled studies that stay here for reading, without a copy above, or with an older one; the oldest first.
    package func uncopied(
        to parent: NodeName, limit: Int, in database: some DatabaseReading
    ) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT study_passage.study_instance_uid AS uid FROM study_passage
            LEFT JOIN custody_sent ON custody_sent.study_instance_uid = study_passage.study_instance_uid
                AND custody_sent.destination = ?
            WHERE settled_at IS NOT NULL AND next_hop IS NULL
                AND (custody_sent.revision IS NULL OR custody_sent.revision < study_passage.revision)
                AND NOT EXISTS (SELECT 1 FROM custody_kept
                    WHERE custody_kept.study_instance_uid = study_passage.study_instance_uid)
            ORDER BY settled_at LIMIT ?
            """, parent, limit
        ).map { try $0["uid"] }
    }
}
