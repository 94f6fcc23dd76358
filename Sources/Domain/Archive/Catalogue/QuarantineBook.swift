// The list of what was refused for its bytes.

import Database
import Foundation
import Vocabulary

/// Stateless; every function runs in the caller's transaction. Files are the caller's business.
package struct QuarantineBook: Sendable {
    package init() {}

    /// Notes a refusal. The same bytes refused again for the same reason are counted, not listed twice: then the returned
    /// entry is the earlier one, and the new file is not needed.
    package func add(_ entry: QuarantineEntry, in transaction: Transaction) throws -> QuarantineEntry {
        let rows = try transaction.rows(
            """
            INSERT INTO quarantine (id, reason, sentence, sender_kind, sender_name, sender_address, issuer, network_made,
                path, digest, file_size, transfer_syntax, sop_class_uid, sop_instance_uid, study_instance_uid, first_at,
                last_at, times)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            ON CONFLICT (digest, reason, transfer_syntax) DO UPDATE SET sender_kind = excluded.sender_kind,
                sender_name = excluded.sender_name, sender_address = excluded.sender_address,
                sentence = excluded.sentence, last_at = excluded.last_at, times = quarantine.times + 1
            RETURNING *
            """, entry.id.uuidString.lowercased(), entry.reason, entry.sentence, entry.sender.kind, entry.sender.name,
            entry.senderAddress, entry.issuer, entry.isNetworkMade ? 1 : 0, entry.path, entry.digest, entry.fileSize,
            entry.transferSyntax ?? "", entry.sopClass, entry.sopInstance, entry.study, entry.firstAt, entry.lastAt)
        guard let row = rows.first else {
            throw ArchiveError(code: .notFound, message: "a refused object was not noted")
        }
        return try QuarantineEntry(row: row)
    }

    package func entry(_ id: UUID, in database: some DatabaseReading) throws -> QuarantineEntry? {
        try database.row("SELECT * FROM quarantine WHERE id = ?", id.uuidString.lowercased())
            .map(QuarantineEntry.init(row:))
    }

    /// The last refused first.
    package func list(
        limit: Int = 100, offset: Int = 0, in database: some DatabaseReading
    ) throws -> [QuarantineEntry] {
        try database.rows(
            "SELECT * FROM quarantine ORDER BY last_at DESC, id LIMIT ? OFFSET ?",
            min(max(limit, 0), StudyQuery.largestPage), max(offset, 0)
        ).map(QuarantineEntry.init(row:))
    }

    package func totals(in database: some DatabaseReading) throws -> QuarantineTotals {
        let row = try database.row(
            "SELECT count(*) AS entries, coalesce(sum(file_size), 0) AS bytes, min(first_at) AS oldest FROM quarantine")
        return QuarantineTotals(
            entries: try row?["entries"] ?? 0, bytes: try row?["bytes"] ?? 0, oldest: try row?[optional: "oldest"])
    }

    package func place(_ id: UUID, at path: String, in transaction: Transaction) throws {
        try transaction.execute("UPDATE quarantine SET path = ? WHERE id = ?", path, id.uuidString.lowercased())
    }

    /// `false` when it is gone already.
    package func remove(_ id: UUID, in transaction: Transaction) throws -> Bool {
        try transaction.execute("DELETE FROM quarantine WHERE id = ?", id.uuidString.lowercased()) == 1
    }

    /// Takes out of the list what is too old, and the oldest of what is too much.
    ///
    /// - Returns: what was taken out; its files are to be removed after the commit.
    package func bound(
        by bounds: QuarantineBounds, at now: Timestamp, in transaction: Transaction
    ) throws -> [QuarantineEntry] {
        var dropped = try transaction.rows(
            "DELETE FROM quarantine WHERE last_at < ? RETURNING *", now - bounds.keptFor
        ).map(QuarantineEntry.init(row:))
        var totals = try totals(in: transaction)
        while totals.bytes > bounds.bytes || totals.entries > bounds.entries {
            guard
                let oldest = try transaction.rows(
                    """
                    DELETE FROM quarantine WHERE id = (SELECT id FROM quarantine ORDER BY last_at, id LIMIT 1) RETURNING *
                    """
                ).first.map(QuarantineEntry.init(row:))
            else { break }
            dropped.append(oldest)
            totals.bytes -= oldest.fileSize
            totals.entries -= 1
        }
        return dropped
    }

    /// The files that rows speak of, relative to the archive.
    package func paths(in database: some DatabaseReading) throws -> Set<String> {
        Set(try database.rows("SELECT path FROM quarantine").map { try $0["path"] as String })
    }
}

extension QuarantineEntry {
    init(row: Row) throws {
        let text: String = try row["id"]
        guard let id = UUID(uuidString: text) else {
            throw DatabaseError(code: .decoding, message: "column id does not hold a UUID")
        }
        self.init(
            id: id, reason: try row["reason"], sentence: try row["sentence"],
            sender: InstanceSource(kind: try row["sender_kind"], name: try row["sender_name"]), path: try row["path"],
            digest: try row["digest"], fileSize: try row["file_size"], at: try row["first_at"])
        senderAddress = try row[optional: "sender_address"]
        issuer = try row[optional: "issuer"]
        isNetworkMade = try row["network_made"] as Int == 1
        let syntax: String = try row["transfer_syntax"]
        transferSyntax = syntax.isEmpty ? nil : syntax
        sopClass = try row[optional: "sop_class_uid"]
        sopInstance = try row[optional: "sop_instance_uid"]
        study = try row[optional: "study_instance_uid"]
        lastAt = try row["last_at"]
        times = try row["times"]
    }
}
