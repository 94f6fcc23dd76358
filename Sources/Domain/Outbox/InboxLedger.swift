// Events that peers sent us.

import Database
import Foundation
import Observability
import Vocabulary

/// What applying a batch did.
package struct InboxOutcome: Hashable, Sendable {
    /// To be sent back as the acknowledgement; `nil` for an empty batch.
    package var cursor: EventCursor?
    /// How many events the handler took.
    package var applied = 0
    /// Events the handler refused, now parked.
    package var parked: [UUID] = []
    /// A lane of the batch does not continue what was applied: an event is missing, or the number reached last stands
    /// for another event (the peer was restored). Nothing after that was applied; the acknowledgement tells the peer.
    package var hasGap = false
    /// The peer's database is another than before (restored from a backup): reconcile with it.
    package var mustReconcile = false
}

/// The inbox: how far each peer's events were applied.
///
/// Events of a lane are applied in order, each once and in a savepoint of its own; the cursor moves in the same
/// transaction. One that the handler refuses is parked and shown to the operator, so that it can't block the rest.
package struct InboxLedger: Sendable {
    package init() {}

    /// Applies a peer's batch.
    ///
    /// - Parameter handler: throws to park the event; what it wrote is then undone.
    /// - Throws: when the transaction is lost; `OutboxError.unreadable` for a batch of several epochs. Nothing was
    ///   applied.
    package func apply(
        _ batch: [Envelope], from peer: NodeName, at now: Timestamp, in transaction: Transaction,
        handler: (Envelope, Transaction) throws -> Void
    ) throws -> InboxOutcome {
        guard let epoch = batch.first?.epoch else { return InboxOutcome() }
        guard batch.allSatisfy({ $0.epoch == epoch }) else {
            throw OutboxError(code: .unreadable, message: "a batch of \(peer) mixes epochs; it was not applied")
        }
        var outcome = InboxOutcome()
        outcome.mustReconcile = try meet(epoch, of: peer, at: now, in: transaction)
        var cursor = try self.cursor(of: peer, epoch: epoch, in: transaction)
        for lane in Lane.allCases {
            for envelope in batch.filter({ $0.lane == lane }).sorted(by: { $0.sequence < $1.sequence })
            where envelope.sequence >= cursor[lane].sequence {
                if envelope.sequence == cursor[lane].sequence {
                    if let id = cursor[lane].id, id != envelope.id {
                        outcome.hasGap = true
                        break
                    }
                    continue
                }
                guard envelope.sequence == cursor[lane].sequence + 1 else {
                    outcome.hasGap = true
                    break
                }
                try take(envelope, from: peer, at: now, in: transaction, outcome: &outcome, handler: handler)
                cursor[lane] = EventCursor.Position(sequence: envelope.sequence, id: envelope.id)
            }
            try transaction.execute(
                """
                INSERT INTO inbox_cursor (peer, epoch, lane, applied, applied_id) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (peer, epoch, lane) DO UPDATE SET applied = excluded.applied, applied_id = excluded.applied_id
                """, peer, epoch.uuidString, lane, cursor[lane].sequence, cursor[lane].id?.uuidString)
        }
        outcome.cursor = cursor
        return outcome
    }

    /// How far the newest known epoch of a peer was applied: what to ask the peer for. `nil` before first contact.
    package func cursor(of peer: NodeName, in snapshot: some DatabaseReading) throws -> EventCursor? {
        let newest = try snapshot.row(
            "SELECT epoch FROM inbox_epoch WHERE peer = ? ORDER BY generation DESC LIMIT 1", peer)
        guard let newest else { return nil }
        return try cursor(of: peer, epoch: try newest.uuid("epoch"), in: snapshot)
    }

    /// Forgets the ids of events received before `time`. Only an event that arrives by two ways needs them.
    @discardableResult
    package func prune(receivedBefore time: Timestamp, in transaction: Transaction) throws -> Int {
        try transaction.execute("DELETE FROM inbox_event WHERE received_at < ?", time)
    }

    // MARK: Details

    private func cursor(
        of peer: NodeName, epoch: UUID, in snapshot: some DatabaseReading
    ) throws -> EventCursor {
        var cursor = EventCursor(epoch: epoch)
        for row in try snapshot.rows(
            "SELECT lane, applied, applied_id FROM inbox_cursor WHERE peer = ? AND epoch = ?", peer, epoch.uuidString)
        {
            let id = try row[optional: "applied_id", as: String.self] == nil ? nil : row.uuid("applied_id")
            cursor[try row["lane", as: Lane.self]] = EventCursor.Position(sequence: try row["applied"], id: id)
        }
        return cursor
    }

    /// - Returns: whether this epoch is new while another was known.
    private func meet(
        _ epoch: UUID, of peer: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        let known: Int =
            try transaction.row("SELECT coalesce(max(generation), 0) AS newest FROM inbox_epoch WHERE peer = ?", peer)?[
                "newest"] ?? 0
        let added = try transaction.execute(
            """
            INSERT INTO inbox_epoch (peer, epoch, generation, first_seen_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (peer, epoch) DO NOTHING
            """, peer, epoch.uuidString, known + 1, now)
        return added > 0 && known > 0
    }

    private func take(
        _ envelope: Envelope, from peer: NodeName, at now: Timestamp, in transaction: Transaction,
        outcome: inout InboxOutcome, handler: (Envelope, Transaction) throws -> Void
    ) throws {
        // After a new epoch, or over two ways, an event may come again under another number.
        let isNew = try transaction.execute(
            "INSERT INTO inbox_event (id, received_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            envelope.id.uuidString, now)
        guard isNew > 0 else { return }
        switch try transaction.attempt({ try handler(envelope, transaction) }) {
        case .success: outcome.applied += 1
        case .failure(let error):
            try park(envelope, from: peer, because: error, at: now, in: transaction)
            outcome.parked.append(envelope.id)
        }
    }
}
