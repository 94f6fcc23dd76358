// Events that could not be applied.

import Database
import Foundation
import Observability
import Vocabulary

/// An event that its handler refused, kept until a person retries or dismisses it.
package struct ParkedEvent: Hashable, Sendable, Identifiable {
    package var envelope: Envelope
    package var peer: NodeName
    package var reason: String
    package var attempts: Int
    package var parkedAt: Timestamp
    package var resolvedAt: Timestamp?
    package var resolvedBy: String?

    package var id: UUID { envelope.id }
}

extension InboxLedger {
    /// What waits for a person, oldest first.
    package func parked(limit: Int = 200, in snapshot: some DatabaseReading) throws -> [ParkedEvent] {
        try snapshot.rows(
            "SELECT * FROM parked_event WHERE resolved_at IS NULL ORDER BY parked_at, id LIMIT ?", limit
        ).map(ParkedEvent.init)
    }

    package func parkedCount(in snapshot: some DatabaseReading) throws -> Int {
        try snapshot.row("SELECT count(*) AS events FROM parked_event WHERE resolved_at IS NULL")?["events"] ?? 0
    }

    /// Applies a parked event once more.
    ///
    /// - Returns: whether it was applied now; else it stays parked with the new reason.
    package func retry(
        _ id: UUID, by user: String, at now: Timestamp, in transaction: Transaction,
        handler: (Envelope, Transaction) throws -> Void
    ) throws -> Bool {
        guard
            let row = try transaction.row(
                "SELECT * FROM parked_event WHERE id = ? AND resolved_at IS NULL", id.uuidString)
        else { throw notParked(id) }
        let event = try ParkedEvent(row)
        switch try transaction.attempt({ try handler(event.envelope, transaction) }) {
        case .success:
            try resolve(id, by: user, at: now, in: transaction)
            return true
        case .failure(let error):
            try transaction.execute(
                "UPDATE parked_event SET reason = ?, attempts = attempts + 1 WHERE id = ?", error.sentence,
                id.uuidString)
            return false
        }
    }

    /// A person decides that the event need not be applied. It is kept.
    package func dismiss(_ id: UUID, by user: String, at now: Timestamp, in transaction: Transaction) throws {
        try resolve(id, by: user, at: now, in: transaction)
    }

    func park(
        _ envelope: Envelope, from peer: NodeName, because error: any Error, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO parked_event (id, peer, epoch, lane, sequence, origin, destination, type, version, payload,
                created_at, reason, parked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, attempts = parked_event.attempts + 1
            """, envelope.id.uuidString, peer, envelope.epoch.uuidString, envelope.lane, envelope.sequence,
            envelope.origin, envelope.destination, envelope.type, envelope.version, envelope.payload,
            envelope.createdAt, error.sentence, now)
    }

    private func resolve(_ id: UUID, by user: String, at now: Timestamp, in transaction: Transaction) throws {
        let resolved = try transaction.execute(
            "UPDATE parked_event SET resolved_at = ?, resolved_by = ? WHERE id = ? AND resolved_at IS NULL", now, user,
            id.uuidString)
        guard resolved > 0 else { throw notParked(id) }
    }

    private func notParked(_ id: UUID) -> OutboxError {
        OutboxError(
            code: .notParked, message: "event \(id.uuidString) is not parked, or somebody resolved it meanwhile")
    }
}

extension ParkedEvent {
    init(_ row: Row) throws {
        self.init(
            envelope: try Envelope(row, epoch: row.uuid("epoch")), peer: try row["peer"], reason: try row["reason"],
            attempts: try row["attempts"], parkedAt: try row["parked_at"], resolvedAt: try row[optional: "resolved_at"],
            resolvedBy: try row[optional: "resolved_by"])
    }
}
