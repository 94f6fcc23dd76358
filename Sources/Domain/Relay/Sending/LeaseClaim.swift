// Taking rows from a destination's queue.

import Database
import Vocabulary

/// Leases a share of the most urgent rows: the whole batch of a long queue, its part of a short one, so that all
/// associations have some. All of one priority, which becomes that of the lease's turn.
struct LeaseClaim: Sendable {
    let link: DestinationLink
    let tools: RelayTools

    /// Claims the next rows while the last of the lease is on the wire, so that the line need not wait for the ledger.
    ///
    /// Only of a queue long enough for all associations, and nothing more urgent than what is being sent: that is for an
    /// association of its own.
    func claimAhead(into lease: Lease, of priority: Priority) async throws {
        let (ledger, destination, configuration) = (tools.ledger, link.destination, tools.configuration)
        let (now, associations) = (tools.now(), link.precedence.limit)
        guard link.precedence.turns <= associations else { return }
        let reconsidered = tools.reconsidered.withLock { $0 }
        let ready = try await tools.database.read {
            try ledger.claimable(destination, limit: configuration.batch * associations, at: now, in: $0)
        }
        guard let ready, ready.priority == priority, ready.count >= 2 * associations else { return }
        let share = min(configuration.batch, ready.count / associations)
        let claimed = try await tools.database.write {
            try ledger.claim(
                destination, of: priority, limit: share, owner: configuration.owner,
                leaseUntil: now + configuration.lease, at: now, in: $0)
        }
        lease.add(claimed)
        if tools.reconsidered.withLock({ $0 }) != reconsidered { tools.signal.reconsider() }
    }

    /// - Returns: whether there was anything, and room for it.
    func claim(into lease: Lease) async throws -> Bool {
        let (destination, configuration) = (link.destination, tools.configuration)
        while true {
            try Task.checkCancellation()
            let now = tools.now()
            let reconsidered = tools.reconsidered.withLock { $0 }
            let associations = link.precedence.limit
            let ready = try await tools.database.read {
                try tools.claimable(destination, limit: configuration.batch * associations, at: now, in: $0)
            }
            guard let ready, lease.turn.move(to: ready.priority) else { return false }
            let share = max(1, min(configuration.batch, (ready.count + associations - 1) / associations))
            let claimed = try await tools.database.write {
                try tools.claim(destination, of: ready.priority, limit: share, at: now, in: $0)
            }
            // Others were quicker: perhaps there is more.
            guard !claimed.isEmpty else { continue }
            lease.add(claimed)
            // Whoever changed priorities in between did not see these rows.
            if tools.reconsidered.withLock({ $0 }) != reconsidered { tools.signal.reconsider() }
            return true
        }
    }
}
