// One association of a destination, from its first rows to its end.

import Database
import Observability
import Vocabulary

/// Opens an association for the rows of a lease, and keeps sending on it until nothing is left.
struct RelayWorker: Sendable {
    let link: DestinationLink
    let tools: RelayTools
    let stop: RelayStop

    func run(_ lease: Lease) async {
        let run = SessionRun(link: link, tools: tools, stop: stop, lease: lease)
        link.joined(lease)
        do {
            try await send(run)
        } catch {
            link.left(round: lease.round)
            // The ledger could not be read or written: what is leased comes back when the lease runs out.
            lease.forget()
            if !(error is CancellationError) {
                tools.logger.log(
                    .error, "the relay cannot use its ledger, it tries again soon",
                    [.peer: "\(link.destination)", .error: "\(error)"])
            }
        }
        link.parted(lease)
        lease.turn.leave()
    }

    private func send(_ run: SessionRun) async throws {
        while run.lease.next != nil {
            let contexts = try await run.contexts()
            run.lease.isOpen = false
            run.lease.isOver = false
            let ranges = try await run.rangesForNext()
            do {
                let transport: any DeliveryTransport = ranges ?? tools.transport
                let end = try await transport.withSession(to: link.destination, contexts: contexts) { session in
                    link.opened(round: run.lease.round)
                    run.lease.isOpen = true
                    let end = try await run.send(on: session, contexts: contexts, inRanges: ranges != nil)
                    run.lease.isOver = true
                    // Nobody waits for a goodbye.
                    if end == .done { run.lease.turn.leave() }
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
