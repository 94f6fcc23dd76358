// Proofs that other nodes hold our instances, and the proofs we owe.

import Database
import Vocabulary

/// How many instances of a study one node has proven to hold.
package struct SafeCount: Hashable, Sendable {
    package var node: NodeName
    package var instances: Int
    package var since: Timestamp
}

/// Receipts due to one child for studies of one origin: one batch to sign. One origin per batch, because the batch
/// travels on down to that origin as it was signed, and no hospital may read of another's studies.
package struct DueReceipts: Hashable, Sendable {
    package var origin: NodeName
    package var items: [ReceiptItem]
}

package struct ReceiptLedger: Sendable {
    package init() {}

    // MARK: Received

    /// Keeps a batch for ever. The same again changes nothing; a receipt that names the acquired form as well replaces one
    /// that did not yet.
    ///
    /// - Returns: the items that were not known yet.
    @discardableResult
    package func record(
        _ verified: VerifiedReceipt, at now: Timestamp, in transaction: Transaction
    ) throws -> [ReceiptItem] {
        let receipt = verified.receipt
        let inserted = try transaction.rows(
            """
            INSERT INTO receipt_batch (node, body, signature, certificate, received_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (signature) DO NOTHING RETURNING id
            """, receipt.node, receipt.body, receipt.signature, receipt.certificate, now
        ).first
        guard let batch: Int64 = try inserted?["id"] else { return [] }
        return try verified.items.filter { item in
            try transaction.execute(
                """
                INSERT INTO receipt (sop_instance_uid, node, digest, study_instance_uid, size, transfer_syntax, stored_at,
                    batch, acquired_digest, acquired_size, acquired_syntax)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (sop_instance_uid, node, digest) DO UPDATE SET batch = excluded.batch,
                    acquired_digest = excluded.acquired_digest, acquired_size = excluded.acquired_size,
                    acquired_syntax = excluded.acquired_syntax
                    WHERE receipt.acquired_digest IS NULL AND excluded.acquired_digest IS NOT NULL
                """, item.sopInstanceUID, receipt.node, item.digest, item.studyInstanceUID, item.size,
                item.transferSyntax, item.storedAt, batch, item.acquired?.digest, item.acquired?.size,
                item.acquired?.transferSyntax) > 0
        }
    }

    /// Which nodes have proven to hold how much of a study.
    package func safeAt(
        _ study: StudyInstanceUID, in snapshot: some DatabaseReading
    ) throws -> [SafeCount] {
        try snapshot.rows(
            """
            SELECT node, count(DISTINCT sop_instance_uid) AS instances, max(stored_at) AS since
            FROM receipt WHERE study_instance_uid = ? GROUP BY node ORDER BY node
            """, study
        ).map { SafeCount(node: try $0["node"], instances: try $0["instances"], since: try $0["since"]) }
    }

    /// What was proven about one instance, and by whom.
    package func receipts(
        of instance: SOPInstanceUID, in snapshot: some DatabaseReading
    ) throws -> [(node: NodeName, item: ReceiptItem)] {
        try snapshot.rows("SELECT * FROM receipt WHERE sop_instance_uid = ? ORDER BY stored_at, node", instance)
            .map { (node: try $0["node"], item: try ReceiptItem($0)) }
    }

    /// What the ledger says was proven about a study, and by whom.
    package func receipts(
        of study: StudyInstanceUID, in snapshot: some DatabaseReading
    ) throws -> [(node: NodeName, item: ReceiptItem)] {
        try snapshot.rows(
            "SELECT * FROM receipt WHERE study_instance_uid = ? ORDER BY node, sop_instance_uid", study
        ).map { (node: try $0["node"], item: try ReceiptItem($0)) }
    }

    /// The signed batches that prove a study, as they came: what a court would want.
    ///
    /// - Parameter node: whose; everybody's without.
    package func batches(
        of study: StudyInstanceUID, by node: NodeName? = nil, in snapshot: some DatabaseReading
    ) throws -> [SignedReceipt] {
        try snapshot.rows(
            """
            SELECT * FROM receipt_batch WHERE id IN (SELECT batch FROM receipt WHERE study_instance_uid = ?
                \(node == nil ? "" : "AND node = ?")) ORDER BY id
            """, arguments: [study] + (node.map { [$0] } ?? [])
        ).map {
            SignedReceipt(
                node: try $0["node"], body: try $0["body"], signature: try $0["signature"],
                certificate: try $0["certificate"])
        }
    }

    // MARK: Owed

    /// Owes `child` a receipt for what it sent. Asking twice before it is signed is one debt; asking after it was
    /// signed (the batch may be lost with a restored database) is a new one.
    package func owe(
        _ items: [ReceiptItem], to child: NodeName, origin: NodeName, in transaction: Transaction
    ) throws {
        for item in items {
            try transaction.execute(
                """
                INSERT INTO receipt_due (child, origin, sop_instance_uid, study_instance_uid, digest, size,
                    transfer_syntax, stored_at, acquired_digest, acquired_size, acquired_syntax)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (child, sop_instance_uid, digest) DO UPDATE SET
                    acquired_digest = excluded.acquired_digest, acquired_size = excluded.acquired_size,
                    acquired_syntax = excluded.acquired_syntax
                """, child, origin, item.sopInstanceUID, item.studyInstanceUID, item.digest, item.size,
                item.transferSyntax, item.storedAt, item.acquired?.digest, item.acquired?.size,
                item.acquired?.transferSyntax)
        }
    }

    /// Takes the oldest debts to `child`, all of one origin, off the books: the caller signs them and appends the
    /// event in the same transaction.
    ///
    /// - Returns: `nil` when nothing is due.
    package func takeDue(_ child: NodeName, limit: Int = 500, in transaction: Transaction) throws -> DueReceipts? {
        guard
            let oldest = try transaction.row(
                "SELECT origin FROM receipt_due WHERE child = ? ORDER BY id LIMIT 1", child)
        else { return nil }
        let origin: NodeName = try oldest["origin"]
        let rows = try transaction.rows(
            """
            DELETE FROM receipt_due WHERE id IN (
                SELECT id FROM receipt_due WHERE child = ? AND origin = ? ORDER BY id LIMIT ?)
            RETURNING *
            """, child, origin, limit)
        let items = try rows.map { (id: try $0["id", as: Int64.self], item: try ReceiptItem($0)) }
        return DueReceipts(origin: origin, items: items.sorted { $0.id < $1.id }.map(\.item))
    }

    /// The children that are owed receipts.
    package func childrenDue(in snapshot: some DatabaseReading) throws -> [NodeName] {
        try snapshot.rows("SELECT DISTINCT child FROM receipt_due ORDER BY child").map { try $0["child"] }
    }
}

extension ReceiptItem {
    init(_ row: Row) throws {
        self.init(
            sopInstanceUID: try row["sop_instance_uid"], studyInstanceUID: try row["study_instance_uid"],
            digest: try row["digest"], size: try row["size"], transferSyntax: try row["transfer_syntax"],
            storedAt: try row["stored_at"],
            acquired: try row[optional: "acquired_digest", as: Digest.self].map {
                AcquiredForm(digest: $0, size: try row["acquired_size"], transferSyntax: try row["acquired_syntax"])
            })
    }
}
