// How a row is leased, sent and settled: what the relay's workers write.

import Database
import Vocabulary

extension DeliveryLedger {
    /// Leases the most urgent deliveries of a destination: priority, then the study queued first, then order of
    /// arrival. What is still to be compressed is left for `claimUncompressed`.
    ///
    /// A leased row belongs to `owner` until it is settled, given back, or the lease runs out.
    ///
    /// - Parameter priority: only rows of this one; `nil` takes any.
    package func claim(
        _ destination: NodeName, of priority: Priority? = nil, limit: Int, owner: String, leaseUntil: Timestamp,
        at now: Timestamp, in transaction: Transaction
    ) throws -> [Delivery] {
        try transaction.rows(
            """
            UPDATE delivery SET state = 'sending', lease_owner = ?, lease_until = ?, next_attempt_at = NULL
            WHERE state = 'waiting' AND id IN (
                SELECT id FROM delivery
                WHERE destination = ? AND state = 'waiting' AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
                    AND priority BETWEEN ? AND ?
                    AND (compression IS NULL OR compression <> 'wanted')
                ORDER BY priority, study_queued_at, id LIMIT ?)
            RETURNING *
            """, owner, leaseUntil, destination, now, priority ?? .stat, priority ?? .routine, limit
        ).map(Delivery.init).sorted {
            ($0.priority.rank, $0.studyQueuedAt, $0.id) < ($1.priority.rank, $1.studyQueuedAt, $1.id)
        }
    }

    /// The most urgent priority of which something could be claimed now, and how many rows of it, counted no further than
    /// `limit`.
    package func claimable(
        _ destination: NodeName, limit: Int, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> (priority: Priority, count: Int)? {
        // One priority after the other, each from its part of the index.
        for priority in Priority.allCases.sorted() {
            let count: Int =
                try snapshot.row(
                    """
                    SELECT count(*) AS claimable FROM (
                        SELECT id FROM delivery
                        WHERE destination = ? AND state = 'waiting' AND priority = ?
                            AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
                            AND (compression IS NULL OR compression <> 'wanted')
                        LIMIT ?) AS ready
                    """, destination, priority, now, limit)?["claimable"] ?? 0
            if count > 0 { return (priority, count) }
        }
        return nil
    }

    /// The present priorities of those of these rows that `owner` still has leased.
    func priorities(
        ofLeased ids: [Int64], owner: String, in snapshot: some DatabaseReading
    ) throws -> [Int64: Priority] {
        var found: [Int64: Priority] = [:]
        for id in ids {
            found[id] = try snapshot.row(
                "SELECT priority FROM delivery WHERE id = ? AND state = 'sending' AND lease_owner = ?", id, owner
            )?["priority"]
        }
        return found
    }

    /// When the next delayed delivery of a destination may be tried.
    package func nextAttempt(_ destination: NodeName, in snapshot: some DatabaseReading) throws -> Timestamp? {
        try snapshot.row(
            """
            SELECT min(next_attempt_at) AS soonest FROM delivery
            WHERE destination = ? AND state = 'waiting' AND next_attempt_at IS NOT NULL
            """, destination)?[optional: "soonest"]
    }

    /// The presentation contexts that a destination's queue needs.
    package func contexts(
        _ destination: NodeName, limit: Int, in snapshot: some DatabaseReading
    ) throws -> [DeliveryContext] {
        // The most urgent rows say enough: a queue of one study has a handful of classes, and a worker whose
        // association lacks a context opens another.
        try snapshot.rows(
            """
            SELECT DISTINCT sop_class, transfer_syntax, sent_syntax, compression FROM (
                SELECT sop_class, transfer_syntax, sent_syntax, compression FROM delivery
                WHERE destination = ? AND state = 'waiting'
                ORDER BY priority, study_queued_at, id LIMIT 2000) AS urgent
            LIMIT ?
            """, destination, limit
        ).flatMap(Self.contexts)
    }

    // MARK: Settling

    /// The destination answered 0x0000. Without effect where a receipt was quicker or a person cancelled.
    ///
    /// - Returns: whether the row was still this owner's.
    @discardableResult
    package func markSent(_ id: Int64, owner: String, at now: Timestamp, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'sent', attempts = attempts + 1, sent_at = ?, receipt_asked_at = NULL,
                lease_owner = NULL, lease_until = NULL, last_error = NULL, last_status = 0
            WHERE id = ? AND state = 'sending' AND lease_owner = ?
            """, now, id, owner) > 0
    }

    /// It did not work: again at `nextAttemptAt` where trying again may help, else parked.
    @discardableResult
    package func markFailed(
        _ id: Int64, owner: String, error: String, status: DIMSEStatus?, retriable: Bool, nextAttemptAt: Timestamp?,
        in transaction: Transaction
    ) throws -> Bool {
        try transaction.execute(
            """
            UPDATE delivery SET state = ?, attempts = attempts + 1, lease_owner = NULL, lease_until = NULL,
                last_error = ?, last_status = ?, next_attempt_at = ?
            WHERE id = ? AND state = 'sending' AND lease_owner = ?
            """,
            retriable ? DeliveryState.waiting : .parked, error, status.map { Int($0.rawValue) },
            retriable ? nextAttemptAt : nil, id, owner) > 0
    }

    /// Returns leased rows that were not tried.
    package func giveBack(_ ids: [Int64], owner: String, in transaction: Transaction) throws {
        for id in ids {
            try transaction.execute(
                """
                UPDATE delivery SET state = 'waiting', lease_owner = NULL, lease_until = NULL
                WHERE id = ? AND state = 'sending' AND lease_owner = ?
                """, id, owner)
        }
    }

    /// Parks everything of one class and syntax that waits for a destination which takes no such context: each would
    /// be refused in its turn.
    @discardableResult
    package func parkGroup(
        _ context: DeliveryContext, destination: NodeName, error: String, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'parked', next_attempt_at = NULL, last_error = ?, last_status = NULL
            WHERE destination = ? AND sop_class = ? AND COALESCE(sent_syntax, transfer_syntax) = ?
                AND state = 'waiting'
            """, error, destination, context.sopClass, context.transferSyntax)
    }

    // MARK: Leases

    package func renewLeases(
        _ ids: [Int64], owner: String, until: Timestamp, in transaction: Transaction
    ) throws {
        for id in ids {
            try transaction.execute(
                "UPDATE delivery SET lease_until = ? WHERE id = ? AND state = 'sending' AND lease_owner = ?",
                until, id, owner)
        }
    }

    /// Frees what this owner was sending when it was killed. Called once, before its workers start.
    @discardableResult
    package func recover(owner: String, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = 'waiting', lease_owner = NULL, lease_until = NULL
            WHERE state = 'sending' AND lease_owner = ?
            """, owner)
    }

    /// Frees what any owner stopped renewing.
    ///
    /// - Returns: the destinations that have work again.
    package func expireLeases(at now: Timestamp, in transaction: Transaction) throws -> Set<NodeName> {
        Set(
            try transaction.rows(
                """
                UPDATE delivery SET state = 'waiting', lease_owner = NULL, lease_until = NULL
                WHERE state = 'sending' AND lease_until < ? RETURNING destination
                """, now
            ).map { try $0["destination"] })
    }

    /// Makes delayed deliveries of a destination due: its link is back.
    package func clearDelays(_ destination: NodeName, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE delivery SET next_attempt_at = NULL
            WHERE destination = ? AND state = 'waiting' AND next_attempt_at IS NOT NULL
            """, destination)
    }
}
