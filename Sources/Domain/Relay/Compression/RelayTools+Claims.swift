// What a worker may take from its queue.

import Database
import Vocabulary

extension RelayTools {
    /// Rows looked at for one that had better not wait for its compressed form.
    private static let lookAhead = 64

    /// The row that an idle association takes as it was acquired: where nothing as urgent lies ready, and the compressor
    /// would not be done with it in time.
    func soonerAsAcquired(
        _ destination: NodeName, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> UncompressedRow? {
        var rows = try ledger.uncompressed(destination, limit: Self.lookAhead, at: now, in: snapshot)
        guard !rows.isEmpty else { return nil }
        if let ready = try ledger.readyPriority(destination, at: now, in: snapshot) {
            rows.removeAll { $0.priority >= ready }
        }
        return configuration.gauge.soonerAsAcquired(rows, to: destination, at: now)
    }

    /// As the ledger's, and what goes as it was acquired counts as well.
    func claimable(
        _ destination: NodeName, limit: Int, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> (priority: Priority, count: Int)? {
        if let row = try soonerAsAcquired(destination, at: now, in: snapshot) { return (row.priority, 1) }
        return try ledger.claimable(destination, limit: limit, at: now, in: snapshot)
    }

    func claim(
        _ destination: NodeName, of priority: Priority, limit: Int, at now: Timestamp, in transaction: Transaction
    ) throws -> [Delivery] {
        let (owner, until) = (configuration.owner, now + configuration.lease)
        if let row = try soonerAsAcquired(destination, at: now, in: transaction), row.priority == priority {
            return try ledger.claimUncompressed(row.id, owner: owner, leaseUntil: until, in: transaction)
        }
        return try ledger.claim(
            destination, of: priority, limit: limit, owner: owner, leaseUntil: until, at: now, in: transaction)
    }

    /// How long a queue without anything to take may be left alone: the compressor tells when it is done, but nobody tells
    /// that it is late.
    func wait(
        _ destination: NodeName, at now: Timestamp, in snapshot: some DatabaseReading
    ) throws -> Duration {
        let due = try ledger.nextAttempt(destination, in: snapshot)
        let wait = min(
            due.map { max($0.elapsed(since: now), .milliseconds(1)) } ?? configuration.lookEvery,
            configuration.lookEvery)
        let isCompressing = try !ledger.uncompressed(destination, limit: 1, at: now, in: snapshot).isEmpty
        return isCompressing ? min(wait, .seconds(1)) : wait
    }
}
