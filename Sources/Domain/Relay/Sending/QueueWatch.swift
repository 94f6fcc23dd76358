// Noticing that somebody changed the queue.

import Database
import Observability
import Vocabulary

/// Acts on what a person did to rows already queued: retried, cancelled, made more or less urgent. In this process a
/// signal says so; what the command line did shows in the ledger's change number within `watchEvery`.
struct QueueWatch: Sendable {
    let links: [DestinationLink]
    let tools: RelayTools
    /// The ledger's change number from before anything was claimed.
    let start: Int64

    func run() async {
        var known: Int64? = start
        while !Task.isCancelled {
            let seen = tools.signal.changes.generation
            do {
                let mustReconsider = tools.signal.changes.takeReconsider()
                let ledger = tools.ledger
                let number = try await tools.database.read { try ledger.changeNumber(in: $0) }
                if mustReconsider || number != known {
                    try await reconsider()
                    known = number
                }
            } catch is CancellationError {
                return
            } catch {
                known = nil
                tools.logger.log(.error, "the relay cannot read its ledger, it tries again soon", [.error: "\(error)"])
            }
            await tools.sleep(atMost: tools.configuration.watchEvery, orUntil: tools.signal.changes, changesSince: seen)
        }
    }

    /// What is on the wire goes on at its new priority; what is leased and untried goes back and is claimed anew.
    private func reconsider() async throws {
        let (ledger, owner) = (tools.ledger, tools.configuration.owner)
        // First: whoever claims from now on asks for another round.
        tools.reconsidered.withLock { $0 += 1 }
        let asked = tools.leased.withLock { $0 }
        let priorities = try await tools.database.read {
            try ledger.priorities(ofLeased: Array(asked), owner: owner, in: $0)
        }
        for link in links {
            let back = link.reconsider(asked, priorities)
            if !back.isEmpty {
                try await tools.database.write { try ledger.giveBack(back, owner: owner, in: $0) }
            }
            // Whatever was changed may be the most urgent now.
            tools.signal.poke(link.destination, priority: .stat)
        }
    }
}
