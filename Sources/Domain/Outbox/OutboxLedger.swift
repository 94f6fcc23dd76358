// Events that peers must get.

import Database
import Foundation
import Vocabulary

/// The outbox: one numbered row of events per peer and lane, kept until the peer has applied them and a while longer.
///
/// An event is appended in the transaction of what it tells of, so neither is ever without the other.
package struct OutboxLedger: Sendable {
    package init() {}

    /// Appends an event that this node writes.
    ///
    /// - Parameters:
    ///   - peer: the next hop.
    ///   - destination: whom it is for, where that is not the peer.
    @discardableResult
    package func append(
        to peer: NodeName, from origin: NodeName, destination: NodeName? = nil, type: String, version: Int = 1,
        payload: String, lane: Lane, id: UUID = UUID(), at now: Timestamp, in transaction: Transaction
    ) throws -> Envelope {
        let envelope = Envelope(
            epoch: try epoch(in: transaction), lane: lane, sequence: 0, id: id, origin: origin,
            destination: destination ?? peer, type: type, version: version, payload: payload, createdAt: now)
        return try insert(envelope, for: peer, at: now, in: transaction) ?? envelope
    }

    /// Passes another node's event on to the next hop, under its own id.
    ///
    /// - Returns: `nil` when that event was passed on to that peer before.
    @discardableResult
    package func forward(
        _ envelope: Envelope, to peer: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws -> Envelope? {
        try insert(envelope, for: peer, at: now, in: transaction)
    }

    private func insert(
        _ envelope: Envelope, for peer: NodeName, at now: Timestamp, in transaction: Transaction
    ) throws -> Envelope? {
        let known = try transaction.row(
            "SELECT 1 AS found FROM outbox_event WHERE id = ? AND peer = ?", envelope.id.uuidString, peer)
        guard known == nil else { return nil }
        var numbered = envelope
        numbered.epoch = try epoch(in: transaction)
        numbered.sequence =
            try transaction.rows(
                """
                INSERT INTO outbox_lane (peer, lane, last_sequence) VALUES (?, ?, 1)
                ON CONFLICT (peer, lane) DO UPDATE SET last_sequence = outbox_lane.last_sequence + 1
                RETURNING last_sequence
                """, peer, envelope.lane
            ).first?["last_sequence"] ?? 0
        try transaction.execute(
            """
            INSERT INTO outbox_event (peer, lane, sequence, id, origin, destination, type, version, payload, created_at,
                appended_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, peer, numbered.lane, numbered.sequence, numbered.id.uuidString, numbered.origin, numbered.destination,
            numbered.type, numbered.version, numbered.payload, numbered.createdAt, now)
        return numbered
    }

    // MARK: Sending

    /// The events that `peer` has not applied, urgent lane first, each lane in order.
    ///
    /// - Parameter cursor: what the peer says it has applied; a cursor of another epoch counts as none. Without one,
    ///   what the peer acknowledged last.
    package func pending(
        for peer: NodeName, after cursor: EventCursor? = nil, limit: Int = 200, in snapshot: some DatabaseReading
    ) throws -> [Envelope] {
        guard let epoch = try currentEpoch(in: snapshot) else { return [] }
        var found: [Envelope] = []
        for lane in Lane.allCases where found.count < limit {
            let after: Int64 =
                if let cursor {
                    cursor.epoch == epoch ? cursor[lane].sequence : 0
                } else {
                    try lanePosition(peer, lane, in: snapshot).acknowledged
                }
            found += try snapshot.rows(
                "SELECT * FROM outbox_event WHERE peer = ? AND lane = ? AND sequence > ? ORDER BY sequence LIMIT ?",
                peer, lane, after, limit - found.count
            ).map { try Envelope($0, epoch: epoch) }
        }
        return found
    }

    /// How much a peer has not acknowledged.
    package func backlog(for peer: NodeName, in snapshot: some DatabaseReading) throws -> OutboxBacklog {
        let row = try snapshot.row(
            """
            SELECT count(*) AS events, min(event.appended_at) AS oldest FROM outbox_event AS event
            JOIN outbox_lane AS lane ON lane.peer = event.peer AND lane.lane = event.lane
            WHERE event.peer = ? AND event.sequence > lane.acknowledged
            """, peer)
        return OutboxBacklog(count: try row?["events"] ?? 0, oldest: try row?[optional: "oldest"])
    }

    /// Whether every peer that was to get this event has applied it.
    package func isAcknowledged(_ id: UUID, in snapshot: some DatabaseReading) throws -> Bool {
        let row = try snapshot.row(
            "SELECT count(*) AS events, count(acknowledged_at) AS done FROM outbox_event WHERE id = ?", id.uuidString)
        let (events, done): (Int, Int) = (try row?["events"] ?? 0, try row?["done"] ?? 0)
        return events > 0 && events == done
    }

    /// Forgets events that were acknowledged before `time`. What is kept can be sent again to a peer that was restored
    /// from a backup, so keep some days.
    @discardableResult
    package func prune(acknowledgedBefore time: Timestamp, in transaction: Transaction) throws -> Int {
        try transaction.execute(
            "DELETE FROM outbox_event WHERE acknowledged_at IS NOT NULL AND acknowledged_at < ?", time)
    }

    func lanePosition(
        _ peer: NodeName, _ lane: Lane, in snapshot: some DatabaseReading
    ) throws -> (last: Int64, acknowledged: Int64) {
        let row = try snapshot.row("SELECT * FROM outbox_lane WHERE peer = ? AND lane = ?", peer, lane)
        return (try row?["last_sequence"] ?? 0, try row?["acknowledged"] ?? 0)
    }
}

/// What waits for one peer.
package struct OutboxBacklog: Hashable, Sendable {
    package var count: Int
    /// When the oldest was appended.
    package var oldest: Timestamp?
}
