// An instance that broke associations travels in ranges.

import Observability
import Vocabulary

extension SessionRun {
    /// The way for a delivery that was interrupted too often; `nil`: the usual one.
    func ranges(for delivery: Delivery) -> (any RangeTransport)? {
        let limit = tools.configuration.rangesAfterInterruptions
        guard limit > 0, delivery.interruptions >= limit, let ranges = tools.ranges,
            ranges.isAvailable(for: link.destination)
        else { return nil }
        return ranges
    }

    /// The way for the next delivery. One that goes in ranges takes long: what was leased with it goes to other workers.
    func rangesForNext() async throws -> (any RangeTransport)? {
        guard let next = lease.next, let ranges = ranges(for: next) else { return nil }
        try await giveBack(lease.waiting.dropFirst().map(\.id))
        return ranges
    }

    /// Writes down how far it came: a link that carries is up, however long the whole instance takes.
    func advance(_ delivery: Delivery, _ step: RangeStep) async throws {
        let (ledger, links, destination) = (tools.ledger, tools.links, link.destination)
        switch step {
        case .carried(let bytes):
            lease.gained()
            let isRestored = link.answered(round: lease.round)
            try await tools.database.write {
                try ledger.markCarried(delivery.id, bytes: bytes, in: $0)
                if isRestored { try links.recordSuccess(destination, in: $0) }
            }
        case .startedOver(let reason):
            tools.logger.log(
                .warning, "an instance carried in ranges starts over",
                [.peer: "\(destination)", .sopInstance: "\(delivery.sopInstance)", .reason: "\(reason)"])
            try await tools.database.write { try ledger.markStartedOver(delivery.id, reason: reason, in: $0) }
        }
    }
}
