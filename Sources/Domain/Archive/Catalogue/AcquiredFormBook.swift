// Which acquired data sets the compressed instances stand for.

import Database
import Vocabulary

/// Claims and proofs of acquired forms, in the ledger. Stateless, like `Catalogue`.
package struct AcquiredFormBook: Sendable {
    package init() {}

    package func form(
        of instance: SOPInstanceUID, _ digest: Digest, in database: some DatabaseReading
    ) throws -> AcquiredFormRecord? {
        try database.row(
            "SELECT * FROM acquired_form WHERE sop_instance_uid = ? AND digest = ?", instance, digest
        ).map(AcquiredFormRecord.init(row:))
    }

    /// Notes what a child says. What was proven or refuted before stays so, unless the child now says something else.
    ///
    /// - Returns: what stands.
    @discardableResult
    package func claim(
        _ instance: SOPInstanceUID, of study: StudyInstanceUID, _ digest: Digest, as acquired: AcquiredForm,
        by child: NodeName, at time: Timestamp, in transaction: Transaction
    ) throws -> AcquiredFormRecord {
        try transaction.execute(
            """
            INSERT INTO acquired_form (sop_instance_uid, digest, study_instance_uid, acquired_digest, acquired_size,
                acquired_syntax, state, claimed_by, claimed_at)
            VALUES (?, ?, ?, ?, ?, ?, 'claimed', ?, ?)
            ON CONFLICT (sop_instance_uid, digest) DO UPDATE SET claimed_by = excluded.claimed_by,
                claimed_at = excluded.claimed_at, acquired_digest = excluded.acquired_digest,
                acquired_size = excluded.acquired_size, acquired_syntax = excluded.acquired_syntax,
                state = CASE WHEN acquired_form.acquired_digest = excluded.acquired_digest THEN acquired_form.state
                    ELSE 'claimed' END
                WHERE acquired_form.state <> 'proven'
            """, instance, digest, study, acquired.digest, acquired.size, acquired.transferSyntax, child, time)
        return try form(of: instance, digest, in: transaction)
            ?? AcquiredFormRecord(
                sopInstanceUID: instance, studyInstanceUID: study, digest: digest, acquired: acquired, state: .claimed,
                claimedBy: child)
    }

    /// Decoding gave back what was claimed: the catalogue names it from now on.
    package func prove(_ form: AcquiredFormRecord, at time: Timestamp, in transaction: Transaction) throws {
        try settle(form, as: .proven, at: time, in: transaction)
        try transaction.execute(
            """
            UPDATE sop_instance SET acquired_digest = ?, acquired_size = ?, acquired_syntax = ?
            WHERE sop_instance_uid = ? AND digest = ?
            """, form.acquired.digest, form.acquired.size, form.acquired.transferSyntax, form.sopInstanceUID,
            form.digest)
    }

    package func refute(_ form: AcquiredFormRecord, at time: Timestamp, in transaction: Transaction) throws {
        try settle(form, as: .refuted, at: time, in: transaction)
    }

    private func settle(
        _ form: AcquiredFormRecord, as state: AcquiredFormRecord.State, at time: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE acquired_form SET state = ?, checked_at = ? WHERE sop_instance_uid = ? AND digest = ?", state, time,
            form.sopInstanceUID, form.digest)
    }
}

extension AcquiredFormRecord {
    init(row: Row) throws {
        self.init(
            sopInstanceUID: try row["sop_instance_uid"], studyInstanceUID: try row["study_instance_uid"],
            digest: try row["digest"],
            acquired: AcquiredForm(
                digest: try row["acquired_digest"], size: try row["acquired_size"],
                transferSyntax: try row["acquired_syntax"]), state: try row["state"],
            claimedBy: try row["claimed_by"])
    }
}
