// The node link without its transport: what to tell a peer, and what to do with what it tells.

import Database
import Foundation
import Logging
import Observability
import Outbox
import Relay
import Vocabulary

/// NodeLink carries the messages; a lost, doubled or late message changes nothing.
package struct LinkExchange: Sendable {
    private let flow: FlowContext
    private let application: EventApplication
    private let certificateExpiresAt: Timestamp?
    private let run = UUID()
    /// The process of each peer that was heard last.
    private let heardRuns = LockedBox<[NodeName: UUID]>([:])
    /// Events in one message.
    private static let batch = 200

    package init(_ flow: FlowContext, verifier: ReceiptVerifier, certificateExpiresAt: Timestamp? = nil) {
        self.flow = flow
        application = EventApplication(flow, verifier: verifier)
        self.certificateExpiresAt = certificateExpiresAt
    }

    package var node: NodeName { flow.node.name }

    /// Yields when events may wait for `peer`.
    package func wakeups(for peer: NodeName) -> AsyncStream<Void> { flow.signals.linkWakeups(peer) }

    package func hasPending(for peer: NodeName, after cursor: EventCursor?) async throws -> Bool {
        try await flow.database.read { snapshot in
            try !flow.outbox.pending(for: peer, after: cursor, limit: 1, in: snapshot).isEmpty
        }
    }

    /// What to tell `peer` now.
    ///
    /// - Parameter cursor: how far it says it has applied our events; without one, what it acknowledged last.
    package func message(for peer: NodeName, after cursor: EventCursor? = nil) async throws -> LinkMessage {
        let space = try flow.store.freeSpace()
        return try await flow.database.read { snapshot in
            let summaries = try flow.deliveries.summary(in: snapshot)
            return LinkMessage(
                node: flow.node.name,
                events: try flow.outbox.pending(for: peer, after: cursor, limit: Self.batch, in: snapshot),
                applied: try flow.inbox.cursor(of: peer, in: snapshot),
                heartbeat: Heartbeat(
                    at: flow.clock.now(), version: FlowVersion.current, tier: flow.node.tier,
                    queueDepth: summaries.map(\.counts.open).reduce(0, +),
                    oldestQueuedAt: summaries.compactMap(\.oldestCreatedAt).min(), freeBytes: space.free,
                    totalBytes: space.total, certificateExpiresAt: certificateExpiresAt,
                    uplinks: try Uplinks(flow).reports(in: snapshot),
                    loads: try LocalReaders(flow).known(to: peer, in: snapshot), reads: flow.node.hasReadingRole),
                run: run)
        }
    }

    /// Takes what `peer` said: its events are applied, durably, before this returns; what it acknowledges is settled.
    package func receive(_ message: LinkMessage, from peer: NodeName) async throws {
        let isSameRun = heard(message.run, of: peer)
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            try note(message.heartbeat, from: peer, in: transaction)
            if let applied = message.applied {
                let acknowledgement = try flow.outbox.acknowledge(
                    peer, through: applied, isSameRun: isSameRun, at: flow.clock.now(), in: transaction)
                try settle(acknowledgement, of: peer, in: transaction, wakes: &wakes)
            }
            let outcome = try flow.inbox.apply(
                message.events, from: peer, at: flow.clock.now(), in: transaction
            ) { envelope, transaction in
                try application.apply(envelope, from: peer, in: transaction, wakes: &wakes)
            }
            if !outcome.parked.isEmpty {
                flow.logger.log(
                    .error, "events could not be applied and are parked for the operator",
                    [.peer: "\(peer)", .count: "\(outcome.parked.count)"])
            }
            wakes.changes.insert(FlowChange(.link))
            return wakes
        }
        wakes.ring(flow.signals)
    }

    /// The link to `peer` works again after it had failed: whatever waits for it is tried at once.
    package func linkReturned(_ peer: NodeName) { flow.signals.relay.linkUp(peer) }

    /// Calls `action` when deliveries reach `peer` again after they could not.
    package func onReached(_ peer: NodeName, _ action: @escaping @Sendable () -> Void) {
        flow.signals.relay.onReached { if $0 == peer { action() } }
    }

    /// Applies a parked event again, for an operator.
    package func retryParked(_ id: UUID, from peer: NodeName, by user: String) async throws -> Bool {
        let (done, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let done = try flow.inbox.retry(id, by: user, at: flow.clock.now(), in: transaction) {
                envelope, transaction in
                try application.apply(envelope, from: peer, in: transaction, wakes: &wakes)
            }
            return (done, wakes)
        }
        wakes.ring(flow.signals)
        return done
    }

    /// - Returns: whether the same process of `peer` was heard before.
    private func heard(_ run: UUID?, of peer: NodeName) -> Bool {
        guard let run else { return false }
        return heardRuns.withLock { $0.updateValue(run, forKey: peer) } == run
    }

    /// Announcements that were heard let the images go.
    private func settle(
        _ acknowledgement: Acknowledgement, of peer: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for event in acknowledgement.events where event.type == StudyAnnounced.type {
            guard let study = try flow.passages.acknowledge(event: event.id.uuidString, in: transaction) else {
                continue
            }
            try flow.deliveries.release(study: study, destination: peer, in: transaction)
            wakes.relay(peer, try flow.passages.passage(of: study, in: transaction)?.priority ?? .routine)
            wakes.changes.insert(FlowChange(.study, study))
        }
        switch acknowledgement.meaning {
        case .accepted, .otherEpoch: break
        case .weWereRestored, .peerWasRestored, .peerLostEvents:
            flow.logger.log(
                .warning, "a database was restored from a backup; events are exchanged anew", [.peer: "\(peer)"])
        }
    }

    private func note(_ heartbeat: Heartbeat, from peer: NodeName, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO peer_status (peer, heard_at, heartbeat) VALUES (?, ?, ?)
            ON CONFLICT (peer) DO UPDATE SET heard_at = excluded.heard_at, heartbeat = excluded.heartbeat
            """, peer, flow.clock.now(), String(decoding: try JSONEncoder().encode(heartbeat), as: UTF8.self))
        for load in heartbeat.loads ?? [] where load.node != flow.node.name {
            var load = load
            // By our clock: the sender's may be wrong, and what is old must be known as old.
            load.at = min(load.at, flow.clock.now())
            try flow.routing.note(load, in: transaction)
        }
    }
}

/// The version that heartbeats, pages and `--version` tell.
package enum FlowVersion {
    package static let current = "0.1.0"
}

extension FlowContext {
    /// What was last heard of each neighbour; those never heard are missing.
    package func peerStatuses(in database: some DatabaseReading) throws -> [PeerStatus] {
        try database.rows("SELECT * FROM peer_status ORDER BY peer").map { row in
            PeerStatus(
                peer: try row["peer"], heardAt: try row["heard_at"],
                heartbeat: try row[optional: "heartbeat", as: String.self].map {
                    try JSONDecoder().decode(Heartbeat.self, from: Data($0.utf8))
                })
        }
    }
}
