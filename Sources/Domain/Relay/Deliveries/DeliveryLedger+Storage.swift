// What the keeping of files asks of the debts: copies that may wait, and files that travel once more.

import Database
import Vocabulary

extension DeliveryLedger {
    /// Any delivery of the study that is not over: its files are still needed.
    package func hasOpen(of study: StudyInstanceUID, in snapshot: some DatabaseReading) throws -> Bool {
        try snapshot.row(
            """
            SELECT 1 FROM delivery WHERE study_instance_uid = ?
                AND state IN ('held', 'waiting', 'sending', 'sent', 'parked') LIMIT 1
            """, study) != nil
    }

    /// What of a study is still owed to one destination.
    package func openCount(
        of study: StudyInstanceUID, to destination: NodeName, in snapshot: some DatabaseReading
    ) throws -> Int {
        try snapshot.row(
            """
            SELECT count(*) AS number FROM delivery WHERE study_instance_uid = ? AND destination = ?
                AND state IN ('held', 'waiting', 'sending', 'sent', 'parked')
            """, study, destination)?["number"] ?? 0
    }

    // MARK: Copies that may wait

    /// Everything else goes first: a study queued at a time to come stands behind all that is queued now.
    private static let muchLater: Duration = .seconds(10 * 365 * 24 * 3600)

    /// Puts a study's deliveries behind those of every other study of the same priority.
    package func putBehind(
        _ study: StudyInstanceUID, to destination: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE delivery SET study_queued_at = ? WHERE study_instance_uid = ? AND destination = ?",
            now + Self.muchLater, study, destination)
    }

    /// It is wanted now: the study queues from this moment.
    package func bringForward(
        _ study: StudyInstanceUID, to destination: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE delivery SET study_queued_at = ? WHERE study_instance_uid = ? AND destination = ?", now, study,
            destination)
    }

    /// Holds what is not being sent just now, until `release`.
    @discardableResult
    package func hold(
        study: StudyInstanceUID, destination: NodeName, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'held', next_attempt_at = NULL
            WHERE study_instance_uid = ? AND destination = ? AND state = 'waiting'
            """, study, destination)
    }

    // MARK: Once more

    /// The destination lost what it had received: sent again, as it was acquired, whatever became of the delivery.
    ///
    /// - Parameter isHere: without its file the delivery is parked until `fileReturned`.
    package func deliverAgain(
        _ instance: SOPInstanceUID, to destination: NodeName, isHere: Bool, reason: String,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE delivery SET state = ?, sent_at = NULL, done_at = NULL, receipt_asked_at = NULL,
                next_attempt_at = NULL, lease_owner = NULL, lease_until = NULL, last_error = ?, compression = NULL,
                sent_digest = NULL, sent_size = NULL, sent_syntax = NULL
            WHERE sop_instance_uid = ? AND destination = ? AND state NOT IN ('held', 'waiting', 'sending')
            """, isHere ? DeliveryState.waiting : .parked, reason, instance, destination)
    }

    /// The instance's file is back: what was parked for want of it goes on.
    ///
    /// - Returns: the destinations that have work again.
    package func fileReturned(_ instance: SOPInstanceUID, in transaction: Transaction) throws -> [NodeName] {
        try transaction.rows(
            """
            UPDATE delivery SET state = 'waiting', next_attempt_at = NULL
            WHERE sop_instance_uid = ? AND state = 'parked' AND last_status IS NULL RETURNING destination
            """, instance
        ).map { try $0["destination"] }
    }
}

extension ReceiptLedger {
    /// For each instance of a study, who has proven to hold which bytes: of the form that is held, and of the acquired form
    /// that its holder found by decoding.
    package func holders(
        of study: StudyInstanceUID, in snapshot: some DatabaseReading
    ) throws -> [SOPInstanceUID: [Digest: Set<NodeName>]] {
        var holders: [SOPInstanceUID: [Digest: Set<NodeName>]] = [:]
        for row in try snapshot.rows(
            "SELECT sop_instance_uid, node, digest, acquired_digest FROM receipt WHERE study_instance_uid = ?", study)
        {
            let (instance, node): (SOPInstanceUID, NodeName) = (try row["sop_instance_uid"], try row["node"])
            let digests: [Digest?] = [try row["digest"], try row[optional: "acquired_digest"]]
            for digest in digests.compactMap({ $0 }) {
                holders[instance, default: [:]][digest, default: []].insert(node)
            }
        }
        return holders
    }
}
