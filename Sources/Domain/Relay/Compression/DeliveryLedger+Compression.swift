// Which deliveries travel compressed.

import Database
import Vocabulary

/// An instance whose compressed form some link waits for.
package struct CompressionWish: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var sopInstance: SOPInstanceUID
    /// SHA-256 of the data set as acquired.
    package var digest: Digest
    package var size: Int64
    package var priority: Priority
}

/// A row that has no compressed form yet, in the order of the queue.
struct UncompressedRow: Hashable, Sendable {
    var id: Int64
    var size: Int64
    var priority: Priority
}

extension DeliveryLedger {
    /// What the compressor does next: the most urgent first, then in the order of the queue.
    package func nextToCompress(in snapshot: some DatabaseReading) throws -> CompressionWish? {
        try snapshot.row(
            """
            SELECT study_instance_uid, sop_instance_uid, digest, size, priority FROM delivery
            WHERE compression = 'wanted' AND state IN ('held', 'waiting')
            ORDER BY priority, study_queued_at, id LIMIT 1
            """
        ).map {
            CompressionWish(
                study: try $0["study_instance_uid"], sopInstance: try $0["sop_instance_uid"], digest: try $0["digest"],
                size: try $0["size"], priority: try $0["priority"])
        }
    }

    /// The compressed form is ready: whoever still waits for it gets it.
    ///
    /// - Returns: the destinations it will travel to, with their priorities.
    package func compressed(
        _ wish: CompressionWish, as form: SentForm, in transaction: Transaction
    ) throws -> [(destination: NodeName, priority: Priority)] {
        try transaction.rows(
            """
            UPDATE delivery SET compression = 'made', sent_digest = ?, sent_size = ?, sent_syntax = ?
            WHERE sop_instance_uid = ? AND digest = ? AND compression = 'wanted' AND state IN ('held', 'waiting')
            RETURNING destination, priority
            """, form.digest, form.size, form.transferSyntax, wish.sopInstance, wish.digest
        ).map { (try $0["destination"], try $0["priority"]) }
    }

    /// It cannot be compressed reversibly, or gains nothing: it travels as acquired.
    ///
    /// - Returns: the destinations that may send it now, with their priorities.
    @discardableResult
    package func travelsAsAcquired(
        _ instance: SOPInstanceUID, in transaction: Transaction
    ) throws -> [(destination: NodeName, priority: Priority)] {
        try transaction.rows(
            """
            UPDATE delivery SET compression = NULL WHERE sop_instance_uid = ? AND compression = 'wanted'
            RETURNING destination, priority
            """, instance
        ).map { (try $0["destination"], try $0["priority"]) }
    }

    /// The compressed copy is no good here or there: what was acquired is sent instead, at once. What the archive itself
    /// keeps compressed is parked: there is nothing else to send.
    ///
    /// - Parameter destination: `nil` means all.
    /// - Returns: how many are sent again.
    @discardableResult
    package func sendAsAcquired(
        _ instance: SOPInstanceUID, to destination: NodeName? = nil, reason: String, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET state = CASE WHEN compression = 'kept' THEN 'parked'
                    WHEN state = 'held' THEN 'held' ELSE 'waiting' END,
                compression = CASE WHEN compression = 'kept' THEN 'kept' END,
                sent_digest = CASE WHEN compression = 'kept' THEN sent_digest END,
                sent_size = CASE WHEN compression = 'kept' THEN sent_size END,
                sent_syntax = CASE WHEN compression = 'kept' THEN sent_syntax END,
                lease_owner = NULL, lease_until = NULL, next_attempt_at = NULL, sent_at = NULL, last_error = ?
            WHERE sop_instance_uid = ? AND state NOT IN ('done', 'cancelled') AND compression IS NOT NULL
                \(destination == nil ? "" : "AND destination = ?")
            """, arguments: [reason, instance] + (destination.map { [$0] } ?? []))
    }

    /// The copy is lost, as after a crash: it is made again.
    package func compressAgain(_ instance: SOPInstanceUID, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE delivery SET compression = 'wanted', sent_digest = NULL, sent_size = NULL, sent_syntax = NULL
            WHERE sop_instance_uid = ? AND compression = 'made' AND state IN ('held', 'waiting', 'sending', 'parked')
            """, instance)
    }

    /// Links that no longer compress send what was acquired.
    package func compressOnly(for destinations: [NodeName], in transaction: Transaction) throws {
        let others = destinations.map { _ in " AND destination <> ?" }.joined()
        try transaction.execute(
            """
            UPDATE delivery SET compression = NULL, sent_digest = NULL, sent_size = NULL, sent_syntax = NULL
            WHERE compression IN ('wanted', 'made') AND state NOT IN ('done', 'cancelled')\(others)
            """, arguments: destinations)
    }

    /// The archive found out what its compressed instance was acquired as: that is what receipts must prove from now on.
    package func nameAcquiredForm(
        of instance: SOPInstanceUID, kept: Digest, as acquired: AcquiredForm, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            UPDATE delivery SET compression = 'kept', sent_digest = digest, sent_size = size,
                sent_syntax = transfer_syntax, digest = ?, size = ?, transfer_syntax = ?
            WHERE sop_instance_uid = ? AND digest = ? AND compression IS NULL
            """, acquired.digest, acquired.size, acquired.transferSyntax, instance, kept)
    }

    /// Other bytes took the place of those owed: they are sent, whatever became of the others.
    package func replace(
        _ instance: SOPInstanceUID, with digest: Digest, size: Int64, transferSyntax: TransferSyntax,
        in transaction: Transaction
    ) throws -> [(destination: NodeName, priority: Priority)] {
        try transaction.rows(
            """
            UPDATE delivery SET digest = ?, size = ?, transfer_syntax = ?, compression = NULL, sent_digest = NULL,
                sent_size = NULL, sent_syntax = NULL, lease_owner = NULL, lease_until = NULL, next_attempt_at = NULL,
                sent_at = NULL, done_at = NULL, state = CASE WHEN state = 'held' THEN 'held' ELSE 'waiting' END
            WHERE sop_instance_uid = ? AND state <> 'cancelled' RETURNING destination, priority
            """, digest, size, transferSyntax, instance
        ).map { (try $0["destination"], try $0["priority"]) }
    }

    // MARK: Sending what is not compressed yet

    func uncompressed(
        _ destination: NodeName, limit: Int, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> [UncompressedRow] {
        try snapshot.rows(
            """
            SELECT id, size, priority FROM delivery
            WHERE destination = ? AND state = 'waiting' AND compression = 'wanted'
                AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
            ORDER BY priority, study_queued_at, id LIMIT ?
            """, destination, now, limit
        ).map { UncompressedRow(id: try $0["id"], size: try $0["size"], priority: try $0["priority"]) }
    }

    /// The priority of what could be claimed now.
    func readyPriority(
        _ destination: NodeName, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> Priority? {
        try snapshot.row(
            """
            SELECT priority FROM delivery
            WHERE destination = ? AND state = 'waiting' AND (next_attempt_at IS NULL OR next_attempt_at <= ?)
                AND (compression IS NULL OR compression <> 'wanted')
            ORDER BY priority, study_queued_at, id LIMIT 1
            """, destination, now)?["priority"]
    }

    /// Leases one row that is sent as acquired, because waiting for its compressed form would take longer.
    func claimUncompressed(
        _ id: Int64, owner: String, leaseUntil: Timestamp, in transaction: Transaction
    ) throws -> [Delivery] {
        try transaction.rows(
            """
            UPDATE delivery SET state = 'sending', compression = NULL, lease_owner = ?, lease_until = ?,
                next_attempt_at = NULL
            WHERE id = ? AND state = 'waiting' AND compression = 'wanted' RETURNING *
            """, owner, leaseUntil, id
        ).map(Delivery.init)
    }

    /// What may be sent compressed may have to be sent as acquired after all.
    static func contexts(_ row: Row) throws -> [DeliveryContext] {
        let sopClass: SOPClass = try row["sop_class"]
        let compression: DeliveryCompression? = try row[optional: "compression"]
        let acquired: TransferSyntax = try row["transfer_syntax"]
        let syntaxes: [TransferSyntax] =
            switch compression {
            case nil: [acquired]
            case .wanted: [acquired, .jpegLSLossless]
            case .made: [acquired, try row["sent_syntax"]]
            case .kept: [try row["sent_syntax"]]
            }
        return syntaxes.map { DeliveryContext(sopClass: sopClass, transferSyntax: $0) }
    }
}
