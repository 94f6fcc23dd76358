// The uploads begun, and how far each is on the disk.

import Database
import Foundation
import Vocabulary

/// One instance that a child carries up in ranges.
struct Upload: Hashable, Sendable {
    var id: String
    var child: NodeName
    var offer: UploadOffer
    /// Where the data set begins in our file.
    var dataSetOffset: Int64
    /// Bytes of the data set that are flushed.
    var received: Int64
    /// How often all of it had to be thrown away.
    var restarts: Int
    var touchedAt: Timestamp
}

enum UploadSchema {
    static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create upload",
            """
            CREATE TABLE upload (
                id TEXT PRIMARY KEY NOT NULL,
                child TEXT NOT NULL,
                study_instance_uid TEXT NOT NULL,
                sop_instance_uid TEXT NOT NULL,
                sop_class TEXT NOT NULL,
                transfer_syntax TEXT NOT NULL,
                digest TEXT NOT NULL,
                size BIGINT NOT NULL,
                data_set_offset BIGINT NOT NULL,
                received BIGINT NOT NULL DEFAULT 0,
                restarts INTEGER NOT NULL DEFAULT 0,
                opened_at BIGINT NOT NULL,
                touched_at BIGINT NOT NULL,
                UNIQUE (child, sop_instance_uid)
            )
            """)
    ]
}

/// Stateless; every function works in the caller's transaction.
struct UploadLedger: Sendable {
    func upload(_ id: String, of child: NodeName, in database: some DatabaseReading) throws -> Upload? {
        try database.row("SELECT * FROM upload WHERE id = ? AND child = ?", id, child).map(Upload.init)
    }

    func upload(
        of instance: SOPInstanceUID, from child: NodeName, in database: some DatabaseReading
    ) throws -> Upload? {
        try database.row("SELECT * FROM upload WHERE sop_instance_uid = ? AND child = ?", instance, child)
            .map(Upload.init)
    }

    /// The least recently touched first.
    func uploads(of child: NodeName, in database: some DatabaseReading) throws -> [Upload] {
        try database.rows("SELECT * FROM upload WHERE child = ? ORDER BY touched_at, id", child).map(Upload.init)
    }

    func ids(in database: some DatabaseReading) throws -> Set<String> {
        Set(try database.rows("SELECT id FROM upload").map { try $0["id"] })
    }

    func insert(_ upload: Upload, in transaction: Transaction) throws {
        let offer = upload.offer
        try transaction.execute(
            """
            INSERT INTO upload (id, child, study_instance_uid, sop_instance_uid, sop_class, transfer_syntax, digest,
                size, data_set_offset, received, restarts, opened_at, touched_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, upload.id, upload.child, offer.study, offer.sopInstance, offer.sopClass, offer.transferSyntax,
            offer.digest, offer.size, upload.dataSetOffset, upload.received, upload.restarts, upload.touchedAt,
            upload.touchedAt)
    }

    func advance(_ id: String, to received: Int64, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("UPDATE upload SET received = ?, touched_at = ? WHERE id = ?", received, now, id)
    }

    func startOver(_ id: String, at now: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE upload SET received = 0, restarts = restarts + 1, touched_at = ? WHERE id = ?", now, id)
    }

    func remove(_ id: String, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM upload WHERE id = ?", id)
    }

    /// - Returns: what was forgotten.
    func expire(untouchedSince time: Timestamp, in transaction: Transaction) throws -> [String] {
        try transaction.rows("DELETE FROM upload WHERE touched_at < ? RETURNING id", time).map { try $0["id"] }
    }
}

extension Upload {
    init(_ row: Row) throws {
        id = try row["id"]
        child = try row["child"]
        offer = UploadOffer(
            study: try row["study_instance_uid"], sopInstance: try row["sop_instance_uid"],
            sopClass: try row["sop_class"], transferSyntax: try row["transfer_syntax"], digest: try row["digest"],
            size: try row["size"])
        dataSetOffset = try row["data_set_offset"]
        received = try row["received"]
        restarts = try row["restarts"]
        touchedAt = try row["touched_at"]
    }
}
