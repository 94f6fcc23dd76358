// What a peer says it has applied, and what that tells about backups.

import Database
import Foundation
import Vocabulary

/// What an acknowledgement meant.
package struct Acknowledgement: Hashable, Sendable {
    package enum Meaning: Hashable, Sendable {
        case accepted
        /// Of an epoch that is not ours any more: ignored.
        case otherEpoch
        /// The peer has applied what we don't know to have sent: our database was restored from a backup. A new epoch
        /// has begun; reconcile with everybody.
        case weWereRestored
        /// The peer has applied less than it once said: its database was restored. What is still kept is sent again.
        case peerWasRestored
        /// The same, and some of it is not kept any more: a new epoch has begun, the peer must be told everything anew.
        case peerLostEvents
    }

    package var meaning: Meaning
    /// The events that this acknowledged for the first time, in order.
    package var events: [Envelope]
}

extension OutboxLedger {
    /// The identity of this database's numbering; made at first need.
    package func epoch(in transaction: Transaction) throws -> UUID {
        if let found = try currentEpoch(in: transaction) { return found }
        let made = UUID()
        try transaction.execute(
            "INSERT INTO outbox_epoch (singleton, epoch) VALUES (1, ?)", made.uuidString)
        return made
    }

    package func currentEpoch(in snapshot: some DatabaseReading) throws -> UUID? {
        try snapshot.row("SELECT epoch FROM outbox_epoch").map { try $0.uuid("epoch") }
    }

    /// Begins a new numbering: events not acknowledged are numbered from 1, in order; the others are forgotten. To be
    /// called after a database was restored from a backup.
    @discardableResult
    package func renewEpoch(in transaction: Transaction) throws -> UUID {
        let made = UUID()
        try transaction.execute(
            """
            INSERT INTO outbox_epoch (singleton, epoch) VALUES (1, ?)
            ON CONFLICT (singleton) DO UPDATE SET epoch = excluded.epoch
            """, made.uuidString)
        try transaction.execute("DELETE FROM outbox_event WHERE acknowledged_at IS NOT NULL")
        for row in try transaction.rows("SELECT * FROM outbox_lane") {
            let peer: NodeName = try row["peer"]
            let lane: Lane = try row["lane"]
            let kept = try transaction.rows(
                "SELECT sequence FROM outbox_event WHERE peer = ? AND lane = ? ORDER BY sequence", peer, lane)
            // Downward only and in order, so that no two rows ever hold one number.
            for (index, event) in kept.enumerated() {
                try transaction.execute(
                    "UPDATE outbox_event SET sequence = ? WHERE peer = ? AND lane = ? AND sequence = ?",
                    index + 1, peer, lane, try event["sequence", as: Int64.self])
            }
            try transaction.execute(
                "UPDATE outbox_lane SET last_sequence = ?, acknowledged = 0 WHERE peer = ? AND lane = ?",
                kept.count, peer, lane)
        }
        return made
    }

    /// Takes a peer's word for how far it has applied our events. A long poll's cursor is such a word too: acknowledge
    /// it before asking for `pending`.
    ///
    /// - Parameter isSameRun: the peer's process has not been started anew since it last said so. A database is never
    ///   restored under a running process: less than it said before is then a message that came late, and says nothing.
    package func acknowledge(
        _ peer: NodeName, through cursor: EventCursor, isSameRun: Bool = false, at now: Timestamp,
        in transaction: Transaction
    ) throws -> Acknowledgement {
        guard cursor.epoch == (try currentEpoch(in: transaction)) else {
            return Acknowledgement(meaning: .otherEpoch, events: [])
        }
        var meaning = Acknowledgement.Meaning.accepted
        var lanes = Lane.allCases
        for lane in Lane.allCases {
            let position = try lanePosition(peer, lane, in: transaction)
            let reached = cursor[lane].sequence
            if try reached > position.last || isAnother(cursor[lane], peer, lane, in: transaction) {
                try renewEpoch(in: transaction)
                return Acknowledgement(meaning: .weWereRestored, events: [])
            }
            guard reached < position.acknowledged else { continue }
            if isSameRun {
                lanes.removeAll { $0 == lane }
                continue
            }
            let kept: Int =
                try transaction.row(
                    """
                    SELECT count(*) AS events FROM outbox_event
                    WHERE peer = ? AND lane = ? AND sequence > ? AND sequence <= ?
                    """, peer, lane, reached, position.acknowledged)?["events"] ?? 0
            guard Int64(kept) == position.acknowledged - reached else {
                try renewEpoch(in: transaction)
                return Acknowledgement(meaning: .peerLostEvents, events: [])
            }
            try transaction.execute(
                "UPDATE outbox_event SET acknowledged_at = NULL WHERE peer = ? AND lane = ? AND sequence > ?",
                peer, lane, reached)
            meaning = .peerWasRestored
        }
        return Acknowledgement(
            meaning: meaning, events: try advance(peer, lanes, to: cursor, at: now, in: transaction))
    }

    private func advance(
        _ peer: NodeName, _ lanes: [Lane], to cursor: EventCursor, at now: Timestamp, in transaction: Transaction
    ) throws -> [Envelope] {
        var events: [Envelope] = []
        for lane in lanes {
            let rows = try transaction.rows(
                """
                UPDATE outbox_event SET acknowledged_at = ?
                WHERE peer = ? AND lane = ? AND sequence > ? AND sequence <= ? AND acknowledged_at IS NULL
                RETURNING *
                """, now, peer, lane, try lanePosition(peer, lane, in: transaction).acknowledged, cursor[lane].sequence)
            events += try rows.map { try Envelope($0, epoch: cursor.epoch) }.sorted { $0.sequence < $1.sequence }
            try transaction.execute(
                "UPDATE outbox_lane SET acknowledged = ? WHERE peer = ? AND lane = ?", cursor[lane].sequence, peer, lane
            )
        }
        return events
    }

    /// Whether the number that the peer applied last stands for another event here.
    private func isAnother(
        _ position: EventCursor.Position, _ peer: NodeName, _ lane: Lane, in transaction: Transaction
    ) throws -> Bool {
        guard let id = position.id else { return false }
        let ours = try transaction.row(
            "SELECT id FROM outbox_event WHERE peer = ? AND lane = ? AND sequence = ?", peer, lane, position.sequence)
        return try ours.map { try $0.uuid("id") != id } ?? false
    }
}
