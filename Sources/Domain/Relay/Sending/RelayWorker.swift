// One of a destination's workers.

import Database
import Observability
import Vocabulary

/// Waits for work, opens an association, and keeps sending on it until nothing is left.
struct RelayWorker: Sendable {
    let link: DestinationLink
    let tools: RelayTools
    let stop: RelayStop

    func run() async {
        while !stop.isStopping, !Task.isCancelled {
            do {
                try await work()
            } catch is CancellationError {
                continue
            } catch {
                // The ledger could not be read or written. What was leased comes back when its lease runs out.
                tools.logger.log(
                    .error, "the relay cannot use its ledger, it tries again soon",
                    [.peer: "\(link.destination)", .error: "\(error)"])
                let seen = link.wakeup.generation
                await tools.sleep(atMost: .seconds(5), orUntil: link.wakeup, changesSince: seen)
            }
        }
    }

    private func work() async throws {
        let seen = link.wakeup.generation
        try await link.noticeLinkUp()
        let queue = try await look()
        guard queue.ready > 0 else {
            await tools.sleep(atMost: queue.wait, orUntil: link.wakeup, changesSince: seen)
            return
        }
        guard let round = try await link.enter(stop) else { return }
        let run = SessionRun(link: link, tools: tools, stop: stop, round: round)
        do {
            try await send(run)
        } catch {
            link.left(round: round)
            run.lease.forget()
            throw error
        }
    }

    private func look() async throws -> (ready: Int, wait: Duration) {
        let (ledger, destination, configuration) = (tools.ledger, link.destination, tools.configuration)
        let now = tools.now()
        return try await tools.database.read { snapshot in
            if try ledger.claimable(destination, limit: 1, at: now, in: snapshot) > 0 { return (1, .zero) }
            let due = try ledger.nextAttempt(destination, in: snapshot)
            let wait = due.map { max($0.elapsed(since: now), .milliseconds(1)) }
            return (0, min(wait ?? configuration.lookEvery, configuration.lookEvery))
        }
    }

    private func send(_ run: SessionRun) async throws {
        guard try await run.claim() else { return link.left(round: run.round) }
        while true {
            let contexts = try await run.contexts()
            run.lease.isOpen = false
            run.lease.isOver = false
            let ranges = try await run.rangesForNext()
            do {
                let transport: any DeliveryTransport = ranges ?? tools.transport
                let end = try await transport.withSession(to: link.destination, contexts: contexts) { session in
                    link.opened(round: run.round)
                    run.lease.isOpen = true
                    let end = try await run.send(on: session, contexts: contexts, inRanges: ranges != nil)
                    run.lease.isOver = true
                    return end
                }
                if end == .otherContexts { continue }
            } catch {
                try await run.settle(broken: error)
                return
            }
            try await run.giveBack()
            return
        }
    }
}
