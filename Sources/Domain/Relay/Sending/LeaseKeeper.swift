// Leases stay alive while their workers do.

import Observability
import Vocabulary

/// Renews the leases of this process and frees those that any process let run out. Says which rows no worker looks after.
struct LeaseKeeper: Sendable {
    let tools: RelayTools

    func run() async {
        let configuration = tools.configuration
        while !Task.isCancelled {
            do {
                try await noteStrays()
                try await tools.clock.sleep(for: configuration.lease / 3)
                try await keep()
            } catch is CancellationError {
                return
            } catch {
                // The next round is soon enough: a lease lasts three of them.
                tools.logger.log(.error, "leases of deliveries could not be renewed", [.error: "\(error)"])
            }
        }
    }

    /// Rows for a node that is no destination wait for ever: that is worth a sentence.
    private func noteStrays() async throws {
        let (links, destinations, now) = (tools.links, tools.configuration.destinations, tools.now())
        let strays = try await tools.database.read { try links.strays(except: destinations, in: $0) }
        guard !strays.added.isEmpty || !strays.gone.isEmpty else { return }
        try await tools.database.write { try links.record(strays, at: now, in: $0) }
        for stray in strays.added {
            tools.logger.log(
                .error, "instances are queued for a node that is no parent of this one", [.peer: "\(stray)"])
        }
    }

    private func keep() async throws {
        let (ledger, owner, now) = (tools.ledger, tools.configuration.owner, tools.now())
        let ids = tools.leased.withLock { Array($0) }
        let until = now + tools.configuration.lease
        let freed = try await tools.database.write { transaction in
            try ledger.renewLeases(ids, owner: owner, until: until, in: transaction)
            return try ledger.expireLeases(at: now, in: transaction)
        }
        for destination in freed { tools.signal.poke(destination) }
    }
}
