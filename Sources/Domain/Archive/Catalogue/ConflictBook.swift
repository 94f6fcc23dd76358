// The operator's list of refused objects.

import Database
import Foundation
import Vocabulary

/// Conflicts, in the ledger. Stateless, like `Catalogue`.
package struct ConflictBook: Sendable {
    package init() {}

    /// Notes a refusal. The same object refused again is counted, not listed twice; what a person has resolved stays so.
    ///
    /// - Parameter keptDigest: of what is kept under the same SOP Instance UID, if anything.
    @discardableResult
    package func add(
        _ reason: Conflict.Reason, _ identity: InstanceIdentity, keptDigest: Digest?, sender: InstanceSource,
        at time: Timestamp, in transaction: Transaction
    ) throws -> Conflict {
        let rows = try transaction.rows(
            """
            INSERT INTO conflict (id, sop_instance_uid, study_instance_uid, reason, kept_digest, refused_digest,
                sender_kind, sender_name, path, first_at, last_at, times)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            ON CONFLICT (sop_instance_uid, refused_digest, reason) DO UPDATE SET sender_kind = excluded.sender_kind,
                sender_name = excluded.sender_name, last_at = excluded.last_at, times = conflict.times + 1
            RETURNING *
            """, UUID().uuidString.lowercased(), identity.sopInstance, identity.study, reason, keptDigest,
            identity.digest, sender.kind, sender.name, StorePath.aside(identity), time, time)
        guard let row = rows.first else {
            throw ArchiveError(code: .notFound, message: "the refusal of \(identity.sopInstance) was not noted")
        }
        return try Conflict(row: row)
    }

    /// Refuses a committed file in the transaction in which the catalogue refused it: the file goes aside, unless the
    /// catalogue stands on it for another sender's sake (then it is there twice), and the operator's list has it.
    ///
    /// Being one transaction with `Catalogue.record`, nobody records the file between the question and the move; whoever
    /// committed the same bytes and records later must ask `InstanceStore.holds` in that transaction.
    @discardableResult
    package func refuse(
        _ reason: Conflict.Reason, _ identity: InstanceIdentity, at committed: CommittedFile, keptDigest: Digest?,
        sender: InstanceSource, in store: any InstanceStore, at time: Timestamp, in transaction: Transaction
    ) throws -> Conflict {
        let isStoodOn =
            try transaction.row("SELECT 1 FROM sop_instance WHERE path = ?", committed.path) != nil
        if try store.holds(committed.path) {
            _ = try store.keepAside(committed: committed.path, as: identity, keepingPlace: isStoodOn)
        }
        return try add(reason, identity, keptDigest: keptDigest, sender: sender, at: time, in: transaction)
    }

    /// Newest first; those a person has not resolved, or all.
    package func list(
        includingResolved: Bool = false, limit: Int = 100, offset: Int = 0, in database: some DatabaseReading
    ) throws -> [Conflict] {
        try database.rows(
            """
            SELECT * FROM conflict \(includingResolved ? "" : "WHERE resolved_at IS NULL")
            ORDER BY last_at DESC, id LIMIT ? OFFSET ?
            """, min(max(limit, 0), StudyQuery.largestPage), max(offset, 0)
        ).map(Conflict.init(row:))
    }

    package func list(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [Conflict] {
        try database.rows("SELECT * FROM conflict WHERE study_instance_uid = ? ORDER BY last_at DESC, id", study)
            .map(Conflict.init(row:))
    }

    package func unresolvedCount(in database: some DatabaseReading) throws -> Int {
        try database.row("SELECT count(*) AS number FROM conflict WHERE resolved_at IS NULL")
            .map { try $0["number"] } ?? 0
    }

    /// A person has seen it and keeps what is kept. `false` when it is unknown or already resolved.
    @discardableResult
    package func resolve(_ id: UUID, by user: String, at time: Timestamp, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            "UPDATE conflict SET resolved_at = ?, resolved_by = ? WHERE id = ? AND resolved_at IS NULL", time, user,
            id.uuidString.lowercased()) == 1
    }
}

extension Conflict {
    init(row: Row) throws {
        let text: String = try row["id"]
        guard let id = UUID(uuidString: text) else {
            throw DatabaseError(code: .decoding, message: "column id does not hold a UUID")
        }
        self.init(
            id: id, sopInstanceUID: try row["sop_instance_uid"], studyInstanceUID: try row["study_instance_uid"],
            reason: try row["reason"], keptDigest: try row[optional: "kept_digest"],
            refusedDigest: try row["refused_digest"],
            sender: InstanceSource(kind: try row["sender_kind"], name: try row["sender_name"]), path: try row["path"],
            firstAt: try row["first_at"], lastAt: try row["last_at"], times: try row["times"],
            resolvedAt: try row[optional: "resolved_at"], resolvedBy: try row[optional: "resolved_by"])
    }
}
