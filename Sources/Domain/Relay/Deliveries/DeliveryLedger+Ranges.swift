// What broken associations and ranges leave in the ledger.

import Database
import Vocabulary

extension DeliveryLedger {
    /// The association broke while this was on the wire: it is tried again, and the second time in ranges.
    @discardableResult
    package func markInterrupted(
        _ id: Int64, owner: String, error: String, nextAttemptAt: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'waiting', attempts = attempts + 1, interruptions = interruptions + 1,
                lease_owner = NULL, lease_until = NULL, last_error = ?, last_status = NULL, next_attempt_at = ?
            WHERE id = ? AND state = 'sending' AND lease_owner = ?
            """, error, nextAttemptAt, id, owner) > 0
    }

    /// The destination keeps this much of the data set. Never goes back; `markStartedOver` does.
    package func markCarried(_ id: Int64, bytes: Int64, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE delivery SET bytes_carried = ? WHERE id = ? AND bytes_carried < ?", bytes, id, bytes)
    }

    /// What the destination kept was damaged or is gone: from the first byte again.
    package func markStartedOver(_ id: Int64, reason: String, in transaction: Transaction) throws {
        try transaction.execute("UPDATE delivery SET bytes_carried = 0, last_error = ? WHERE id = ?", reason, id)
    }

    /// What is carried in ranges and not whole yet, in the order in which it is sent.
    package func inRanges(limit: Int, in snapshot: some DatabaseReading) throws -> [Delivery] {
        try snapshot.rows(
            """
            SELECT * FROM delivery
            WHERE bytes_carried > 0 AND state IN ('held', 'waiting', 'sending', 'parked')
            ORDER BY destination, priority, study_queued_at, id LIMIT ?
            """, limit
        ).map(Delivery.init)
    }
}
