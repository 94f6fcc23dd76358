// The compressed copies that lie ready.

import Database
import Vocabulary

/// A row of `compressed_copy`: a derived file in the folder of what goes out.
package struct CompressedCopy: Hashable, Sendable {
    package var sopInstance: SOPInstanceUID
    package var study: StudyInstanceUID
    /// Its name in the folder.
    package var file: String
    package var form: SentForm
    /// Bytes on the disk.
    package var fileSize: Int64

    package init(
        sopInstance: SOPInstanceUID, study: StudyInstanceUID, file: String, form: SentForm, fileSize: Int64
    ) {
        self.sopInstance = sopInstance
        self.study = study
        self.file = file
        self.form = form
        self.fileSize = fileSize
    }
}

/// Stateless, like `DeliveryLedger`.
package struct CompressedCopyLedger: Sendable {
    package init() {}

    package func add(_ copy: CompressedCopy, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO compressed_copy (sop_instance_uid, study_instance_uid, file, digest, size, transfer_syntax,
                file_size, made_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (sop_instance_uid) DO UPDATE SET file = excluded.file, digest = excluded.digest,
                size = excluded.size, transfer_syntax = excluded.transfer_syntax, file_size = excluded.file_size,
                made_at = excluded.made_at
            """, copy.sopInstance, copy.study, copy.file, copy.form.digest, copy.form.size, copy.form.transferSyntax,
            copy.fileSize, now)
    }

    package func copy(of instance: SOPInstanceUID, in snapshot: some DatabaseReading) throws -> CompressedCopy? {
        try snapshot.row("SELECT * FROM compressed_copy WHERE sop_instance_uid = ?", instance).map(CompressedCopy.init)
    }

    package func all(in snapshot: some DatabaseReading) throws -> [CompressedCopy] {
        try snapshot.rows("SELECT * FROM compressed_copy ORDER BY sop_instance_uid").map(CompressedCopy.init)
    }

    /// Bytes on the disk.
    package func total(in snapshot: some DatabaseReading) throws -> Int64 {
        try snapshot.row("SELECT COALESCE(sum(file_size), 0) AS total FROM compressed_copy")?["total"] ?? 0
    }

    package func forget(_ instance: SOPInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM compressed_copy WHERE sop_instance_uid = ?", instance)
    }

    /// Forgets the copies that no delivery waits for any more: proven to be there, cancelled, or sent as acquired.
    ///
    /// - Returns: the files that may go.
    package func takeUnneeded(in transaction: Transaction) throws -> [String] {
        try transaction.rows(
            """
            DELETE FROM compressed_copy WHERE NOT EXISTS (
                SELECT 1 FROM delivery WHERE delivery.sop_instance_uid = compressed_copy.sop_instance_uid
                    AND compression = 'made' AND state NOT IN ('done', 'cancelled'))
            RETURNING file
            """
        ).map { try $0["file"] }
    }
}

extension CompressedCopy {
    init(_ row: Row) throws {
        self.init(
            sopInstance: try row["sop_instance_uid"], study: try row["study_instance_uid"], file: try row["file"],
            form: SentForm(
                digest: try row["digest"], size: try row["size"], transferSyntax: try row["transfer_syntax"]),
            fileSize: try row["file_size"])
    }
}
