// Owing instances to nodes: what intake and the flow write.

import Database
import Vocabulary

/// The debts of this node: each row is one instance that one destination must get.
///
/// Stateless; every function works in the caller's transaction, so that a study's facts and its debts are on disk
/// together. The rows survive anything; see `DeliveryLedger+Claims` for how a row is sent, `+Queries` for pages.
package struct DeliveryLedger: Sendable {
    package init() {}

    /// Owes the instances to their destinations, `held` until `release` or ready at once.
    ///
    /// An instance already owed to that destination changes nothing, whatever has become of it. All of a study queue
    /// from the moment of its first.
    /// - Returns: how many are new.
    @discardableResult
    package func enqueue(
        _ deliveries: [NewDelivery], held: Bool, at now: Timestamp, in transaction: Transaction
    ) throws -> Int {
        var added = 0
        for new in deliveries {
            added += try transaction.execute(
                """
                INSERT INTO delivery (study_instance_uid, sop_instance_uid, destination, digest, size,
                    transfer_syntax, sop_class, priority, compression, sent_digest, sent_size, sent_syntax, state,
                    created_at, study_queued_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    coalesce((SELECT study_queued_at FROM delivery
                        WHERE study_instance_uid = ? AND destination = ? LIMIT 1), ?))
                ON CONFLICT (sop_instance_uid, destination) DO NOTHING
                """,
                new.study, new.sopInstance, new.destination, new.digest, new.size, new.transferSyntax, new.sopClass,
                new.priority, new.compression, new.sent?.digest, new.sent?.size, new.sent?.transferSyntax,
                held ? DeliveryState.held : .waiting, now, new.study, new.destination, now)
        }
        return added
    }

    /// Lets the held deliveries of a study go: the destination knows the study now.
    @discardableResult
    package func release(
        study: StudyInstanceUID, destination: NodeName, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'waiting'
            WHERE study_instance_uid = ? AND destination = ? AND state = 'held'
            """, study, destination)
    }

    /// Moves a study up or down the queues it stands in; `RelaySignal.reconsider` after the commit lets that reach what is
    /// on the wire.
    @discardableResult
    package func setPriority(
        _ priority: Priority, ofStudy study: StudyInstanceUID, in transaction: Transaction
    ) throws -> Int {
        try noteChange(in: transaction)
        return try transaction.execute(
            """
            UPDATE delivery SET priority = ?
            WHERE study_instance_uid = ? AND state IN ('held', 'waiting', 'sending', 'parked')
            """, priority, study)
    }

    // MARK: Changes

    /// Counts what people did to rows that are queued already, in whichever process.
    func changeNumber(in snapshot: some DatabaseReading) throws -> Int64 {
        try snapshot.row("SELECT number FROM relay_change WHERE id = 1")?["number"] ?? 0
    }

    private func noteChange(in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO relay_change (id, number) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET number = relay_change.number + 1
            """)
    }

    // MARK: Receipts

    /// Finishes what `node` has proven to hold with the same digest, or to hold compressed and restorable to it, whatever
    /// state it is in: a proof is a proof.
    ///
    /// - Returns: the instances whose delivery this finished.
    @discardableResult
    package func markDone(
        byReceiptsOf node: NodeName, items: [ReceiptItem], at now: Timestamp, in transaction: Transaction
    ) throws -> [SOPInstanceUID] {
        try items.filter { item in
            try transaction.execute(
                """
                UPDATE delivery SET state = 'done', done_at = ?, sent_at = coalesce(sent_at, ?), lease_owner = NULL,
                    lease_until = NULL, next_attempt_at = NULL, last_error = NULL, last_status = NULL
                WHERE sop_instance_uid = ? AND destination = ? AND digest IN (?, ?) AND state <> 'done'
                """, now, now, item.sopInstanceUID, node, item.digest, item.acquired?.digest ?? item.digest) > 0
        }.map(\.sopInstanceUID)
    }

    /// Notes that the destination was asked for receipts of these, so that `awaitingReceipt` rests for a while.
    package func markReceiptAsked(_ ids: [Int64], at now: Timestamp, in transaction: Transaction) throws {
        for id in ids {
            try transaction.execute("UPDATE delivery SET receipt_asked_at = ? WHERE id = ?", now, id)
        }
    }

    /// The destination says it does not have these: they are sent again.
    @discardableResult
    package func sendAgain(
        _ instances: [SOPInstanceUID], to destination: NodeName, reason: String, in transaction: Transaction
    ) throws -> Int {
        var count = 0
        for instance in instances {
            count += try transaction.execute(
                """
                UPDATE delivery SET state = 'waiting', sent_at = NULL, receipt_asked_at = NULL, next_attempt_at = NULL,
                    bytes_carried = 0, last_error = ?
                WHERE sop_instance_uid = ? AND destination = ? AND state = 'sent'
                """, reason, instance, destination)
        }
        return count
    }

    // MARK: What a person does

    /// Sends parked, cancelled or delayed deliveries as soon as possible.
    @discardableResult
    package func retry(_ ids: [Int64], by user: String, in transaction: Transaction) throws -> Int {
        try noteChange(in: transaction)
        var count = 0
        for id in ids {
            count += try transaction.execute(
                """
                UPDATE delivery SET state = 'waiting', next_attempt_at = NULL, done_at = NULL, acted_by = ?
                WHERE id = ? AND state IN ('parked', 'cancelled', 'waiting')
                """, user, id)
        }
        return count
    }

    /// Sends all parked deliveries, of one destination or of all.
    @discardableResult
    package func retryAllParked(
        to destination: NodeName? = nil, by user: String, in transaction: Transaction
    ) throws -> Int {
        try noteChange(in: transaction)
        return try transaction.execute(
            """
            UPDATE delivery SET state = 'waiting', next_attempt_at = NULL, acted_by = ?
            WHERE state = 'parked'\(destination == nil ? "" : " AND destination = ?")
            """, arguments: [user] + (destination.map { [$0] } ?? []))
    }

    /// Sends what a destination is owed of a study as soon as possible; of what it has not signed for, asks at once.
    @discardableResult
    package func retry(
        study: StudyInstanceUID, to destination: NodeName, by user: String, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET receipt_asked_at = NULL,
                state = CASE state WHEN 'parked' THEN 'waiting' ELSE state END, next_attempt_at = NULL, acted_by = ?
            WHERE study_instance_uid = ? AND destination = ? AND state IN ('parked', 'waiting', 'sent')
            """, user, study, destination)
    }

    /// Gives up what a destination is owed of a study.
    @discardableResult
    package func cancel(
        study: StudyInstanceUID, to destination: NodeName, by user: String, at now: Timestamp,
        in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'cancelled', acted_by = ?, lease_owner = NULL, lease_until = NULL,
                next_attempt_at = NULL, done_at = ?
            WHERE study_instance_uid = ? AND destination = ? AND done_at IS NULL
            """, user, now, study, destination)
    }

    /// Gives deliveries up. One that is being sent just now may still arrive; its receipt then says so.
    @discardableResult
    package func cancel(_ ids: [Int64], by user: String, at now: Timestamp, in transaction: Transaction) throws -> Int {
        try noteChange(in: transaction)
        var count = 0
        for id in ids {
            count += try transaction.execute(
                """
                UPDATE delivery SET state = 'cancelled', acted_by = ?, lease_owner = NULL, lease_until = NULL,
                    next_attempt_at = NULL, done_at = ?
                WHERE id = ? AND state NOT IN ('done', 'cancelled')
                """, user, now, id)
        }
        return count
    }
}
