// Sending on one association, and settling each row by what the destination answered.

import Database
import Observability
import Vocabulary

/// One worker's turn, from its first claim to the end of its association.
struct SessionRun: Sendable {
    enum End: Sendable {
        /// Nothing left, something more important elsewhere, or the relay ends.
        case done
        /// The next row needs a context that this association was not asked for, or goes in ranges and this doesn't.
        case otherContexts
    }

    /// Bounds what is sent twice after a crash.
    private static let mostUnwritten = 16

    let link: DestinationLink
    let tools: RelayTools
    let stop: RelayStop
    let lease: Lease

    /// What the next association is to propose: what is leased, then what waits.
    func contexts() async throws -> Set<DeliveryContext> {
        let (ledger, destination) = (tools.ledger, link.destination)
        let waiting = try await tools.database.read {
            try ledger.contexts(destination, limit: RelayConfiguration.mostContexts, in: $0)
        }
        var contexts = Set(lease.waiting.map(\.context))
        for context in waiting where contexts.count < RelayConfiguration.mostContexts { contexts.insert(context) }
        return contexts
    }

    /// What the destination took is written down while the next instance is on its way, so that the line never waits for
    /// the ledger. Until a row is written it stays leased: after a crash its instance is sent once more, at worst.
    func send(
        on session: any DeliverySession, contexts: Set<DeliveryContext>, inRanges: Bool
    ) async throws -> End {
        try await withThrowingTaskGroup(of: Void.self) { writes in
            let end = try await exchange(on: session, contexts: contexts, inRanges: inRanges, writes: &writes)
            try await writes.waitForAll()
            return end
        }
    }

    private func exchange(
        on session: any DeliverySession, contexts: Set<DeliveryContext>, inRanges: Bool,
        writes: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> End {
        var unwritten = 0
        while !stop.isStopping {
            try Task.checkCancellation()
            let pokes = link.wakeup.pokes
            if lease.next == nil, try await !refill(contexts, inRanges: inRanges) { return .done }
            while let next = lease.next, !stop.isStopping {
                if link.wakeup.isOutranking(next.priority, since: pokes) {
                    try await giveBack()
                    break
                }
                guard contexts.contains(next.context), (ranges(for: next) != nil) == inRanges else {
                    return .otherContexts
                }
                guard lease.begin(next.id) else { continue }
                let began = tools.now()
                let outcome = try await sendClaimingAhead(next, on: session)
                tools.configuration.gauge.carried(
                    next.sentSize, to: link.destination, in: tools.now().elapsed(since: began))
                guard outcome == .accepted else {
                    lease.answered()
                    guard try await settle(next, outcome) else { return .done }
                    continue
                }
                lease.accepted(next.id)
                if unwritten >= Self.mostUnwritten { try await writes.next() } else { unwritten += 1 }
                writes.addTask { _ = try await settle(next, outcome) }
            }
        }
        return .done
    }

    /// Sends the delivery; when it is the last of the lease, more is claimed meanwhile.
    private func sendClaimingAhead(
        _ delivery: Delivery, on session: any DeliverySession
    ) async throws -> DeliveryOutcome {
        guard lease.waiting.count <= 1 else { return try await send(delivery, on: session) }
        async let more: Void = claimAhead(of: delivery.priority)
        let outcome = try await send(delivery, on: session)
        await more
        return outcome
    }

    private func claimAhead(of priority: Priority) async {
        do {
            try await LeaseClaim(link: link, tools: tools).claimAhead(into: lease, of: priority)
        } catch {
            // It was for saving time; whoever claims next meets the same trouble and tells of it.
            tools.logger.log(.debug, "nothing could be claimed ahead", [.error: "\(error)"])
        }
    }

    /// Each PDU waits for what is more urgent, then for the link's rate.
    private func send(_ delivery: Delivery, on session: any DeliverySession) async throws -> DeliveryOutcome {
        let (turn, pacer) = (lease.turn, link.traffic.pacer)
        let pace: DeliveryPace = { bytes in
            try turn.pass()
            try pacer.passBlocking(bytes, priority: delivery.priority)
        }
        return try await withTaskCancellationHandler {
            try await session.send(delivery, pace: pace, progress: { try await advance(delivery, $0) })
        } onCancel: {
            turn.cancel()
        }
    }

    /// Claims more, or keeps the association idle for a while, in case more comes.
    ///
    /// - Returns: whether there is something to send.
    private func refill(_ contexts: Set<DeliveryContext>, inRanges: Bool) async throws -> Bool {
        if try await LeaseClaim(link: link, tools: tools).claim(into: lease) { return true }
        guard !inRanges else { return false }
        let turn = lease.turn
        let more = await link.idle.wait(with: contexts, atMost: tools.configuration.idle, clock: tools.clock) {
            turn.leave()
        }
        if let more {
            lease.adopt(more)
            link.opened(round: lease.round)
        }
        try Task.checkCancellation()
        return more != nil
    }

    // MARK: Settling

    /// - Returns: whether to go on with this destination.
    private func settle(_ delivery: Delivery, _ outcome: DeliveryOutcome) async throws -> Bool {
        let hasNoRoom = outcome.saysNoRoom
        var rest = Duration.zero
        var isRestored = false
        if hasNoRoom {
            rest = try await link.failed(round: lease.round, outcome.sentence)
        } else if outcome.isAnswer {
            isRestored = link.answered(round: lease.round)
        }
        let nextAttempt = tools.now() + rest + rowDelay(delivery)
        if let reason = outcome.blamesCopy(of: delivery) {
            try await sendAsAcquired(delivery, reason)
            return true
        }
        let group = outcome.blamesContext ? lease.waiting.filter { $0.context == delivery.context } : [delivery]
        try await write(group, outcome, nextAttempt: nextAttempt, isRestored: isRestored)
        lease.settled(group.map(\.id))
        report(delivery, outcome)
        return !hasNoRoom
    }

    /// The compressed copy is no good, or not wanted there: the archive's own bytes go.
    private func sendAsAcquired(_ delivery: Delivery, _ reason: String) async throws {
        let (ledger, destination) = (tools.ledger, link.destination)
        tools.logger.log(
            .warning, "an instance is sent as acquired, not compressed",
            [.peer: "\(destination)", .sopInstance: "\(delivery.sopInstance)", .reason: "\(reason)"])
        MetricRegistry.shared.add(to: "jieli_compression_fallbacks_total")
        _ = try await tools.database.write {
            try ledger.sendAsAcquired(delivery.sopInstance, to: destination, reason: reason, in: $0)
        }
        lease.settled([delivery.id])
        link.wakeup.signal()
    }

    private func write(
        _ group: [Delivery], _ outcome: DeliveryOutcome, nextAttempt: Timestamp, isRestored: Bool
    ) async throws {
        let (ledger, links, owner, now) = (tools.ledger, tools.links, tools.configuration.owner, tools.now())
        let destination = link.destination
        try await tools.database.write { transaction in
            for delivery in group {
                if outcome == .accepted {
                    try ledger.markSent(delivery.id, owner: owner, at: now, in: transaction)
                } else {
                    try ledger.markFailed(
                        delivery.id, owner: owner, error: outcome.sentence, status: outcome.status,
                        retriable: outcome.isRetriable, nextAttemptAt: nextAttempt, in: transaction)
                }
            }
            if outcome.blamesContext, let context = group.first?.context {
                try ledger.parkGroup(context, destination: destination, error: outcome.sentence, in: transaction)
            }
            if isRestored { try links.recordSuccess(destination, in: transaction) }
        }
    }

    /// After an association that could not be had, or broke: counts the failure and frees the rows. The one on the
    /// wire is tried again after the others, in case it is what breaks associations.
    func settle(broken error: any Error) async throws {
        let isCancelled = error is CancellationError || Task.isCancelled
        guard !isCancelled, !lease.isOver else { return try await giveBack(leaving: isCancelled) }
        guard !lease.isOpen || lease.onTheWire != nil else {
            // Not the association's fault: the ledger failed between two deliveries.
            try await giveBack()
            throw error
        }
        let sentence = error.sentence
        let rest = try await link.failed(round: lease.round, sentence)
        if !lease.isOpen, let next = lease.next {
            // Perhaps the destination has only so many associations, and the others are ours.
            link.precedence.evict(below: next.priority)
        }
        if let broken = lease.onTheWire {
            let (ledger, owner) = (tools.ledger, tools.configuration.owner)
            // What gained ground is not what breaks associations: it goes on as soon as the link does.
            let nextAttempt = tools.now() + rest + (lease.hasGained ? .zero : rowDelay(broken))
            _ = try await tools.database.write {
                try ledger.markInterrupted(
                    broken.id, owner: owner, error: sentence, nextAttemptAt: nextAttempt, in: $0)
            }
            lease.settled([broken.id])
        }
        try await giveBack()
    }

    /// Returns untried rows to the queue.
    func giveBack(leaving: Bool = false) async throws {
        if leaving { link.left(round: lease.round) }
        try await giveBack(lease.waiting.map(\.id))
    }

    func giveBack(_ ids: [Int64]) async throws {
        guard !ids.isEmpty else { return }
        let (ledger, owner) = (tools.ledger, tools.configuration.owner)
        try await tools.database.write { try ledger.giveBack(ids, owner: owner, in: $0) }
        lease.settled(ids)
        link.wakeup.signal()
    }

    /// Longer than the link's own rest, so that other rows get their turn first.
    private func rowDelay(_ delivery: Delivery) -> Duration {
        tools.configuration.backOff.delay(afterFailures: delivery.attempts + 1, random: tools.random()) * 2
    }

    private func report(_ delivery: Delivery, _ outcome: DeliveryOutcome) {
        let labels = ["destination": link.destination.rawValue]
        if outcome == .accepted {
            MetricRegistry.shared.add(to: "jieli_relay_sent_total", labels: labels)
            MetricRegistry.shared.add(Double(delivery.sentSize), to: "jieli_relay_sent_bytes_total", labels: labels)
        } else {
            MetricRegistry.shared.add(to: "jieli_relay_refused_total", labels: labels)
        }
        tools.logger.log(
            outcome == .accepted ? .debug : .warning,
            outcome == .accepted ? "instance sent" : "instance not taken",
            [
                .peer: "\(link.destination)", .study: "\(delivery.study)", .sopInstance: "\(delivery.sopInstance)",
                .status: "\(outcome.status?.description ?? "-")", .reason: "\(outcome.sentence)",
            ])
    }
}
