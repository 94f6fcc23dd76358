// Looks after one destination: whatever is ready gets an association, the most urgent first.

import Database
import Observability
import Vocabulary

/// One looks into the queue, many send. It claims a share of the most urgent rows while there is room at their level, and
/// hands it to an idle association or to a new worker.
struct DestinationDispatcher: Sendable {
    let link: DestinationLink
    let tools: RelayTools
    let stop: RelayStop

    /// Returns when the relay ends and the last worker is done.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !stop.isStopping, !Task.isCancelled {
                do {
                    guard let lease = try await next() else { continue }
                    if link.idle.hand(lease) { continue }
                    group.addTask { await RelayWorker(link: link, tools: tools, stop: stop).run(lease) }
                } catch is CancellationError {
                    continue
                } catch {
                    // The ledger could not be read or written. What was leased comes back when its lease runs out.
                    await complain(error)
                }
            }
        }
    }

    /// Waits for work and claims it.
    ///
    /// - Returns: `nil` when it is time to look again.
    private func next() async throws -> Lease? {
        let seen = link.wakeup.generation
        try await link.noticeLinkUp()
        let queue = try await look()
        guard let priority = queue.ready, link.precedence.hasRoom(priority) else {
            await tools.sleep(atMost: queue.wait, orUntil: link.wakeup, changesSince: seen)
            return nil
        }
        guard let round = try await link.enter(stop) else { return nil }
        // The turn comes after the rest: while the link rests, nobody is to wait for it.
        guard let turn = link.precedence.enter(priority) else {
            link.left(round: round)
            return nil
        }
        let lease = Lease([], turn: turn, round: round, all: tools.leased)
        do {
            if try await LeaseClaim(link: link, tools: tools).claim(into: lease) { return lease }
            turn.leave()
            link.left(round: round)
            return nil
        } catch {
            turn.leave()
            link.left(round: round)
            lease.forget()
            throw error
        }
    }

    private func look() async throws -> (ready: Priority?, wait: Duration) {
        let (destination, configuration) = (link.destination, tools.configuration)
        let now = tools.now()
        return try await tools.database.read { snapshot in
            if let ready = try tools.claimable(destination, limit: 1, at: now, in: snapshot) {
                return (ready.priority, configuration.lookEvery)
            }
            return (nil, try tools.wait(destination, at: now, in: snapshot))
        }
    }

    private func complain(_ error: any Error) async {
        tools.logger.log(
            .error, "the relay cannot use its ledger, it tries again soon",
            [.peer: "\(link.destination)", .error: "\(error)"])
        let seen = link.wakeup.generation
        await tools.sleep(atMost: .seconds(5), orUntil: link.wakeup, changesSince: seen)
    }
}
