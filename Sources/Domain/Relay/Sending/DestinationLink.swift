// One destination as its workers see it.

import Database
import Observability
import Vocabulary

/// Shares a destination's circuit breaker between its workers and writes down how the link does.
final class DestinationLink: Sendable {
    private struct State {
        var machine = LinkStateMachine()
        var retryAt = Timestamp(milliseconds: 0)
        var delay = Duration.zero
    }

    let destination: NodeName
    let wakeup: Wakeup
    let precedence: LinkPrecedence
    let traffic: LinkTraffic
    let idle = IdleAssociations()
    private let tools: RelayTools
    private let state = LockedBox(State())
    /// Of associations at work.
    private let leases = LockedBox<[ObjectIdentifier: Lease]>([:])

    init(_ destination: NodeName, tools: RelayTools) {
        self.destination = destination
        self.tools = tools
        let wakeup = tools.signal.wakeup(for: destination)
        self.wakeup = wakeup
        let labels = ["destination": destination.rawValue]
        let traffic = tools.traffic[destination]
        self.traffic = traffic
        precedence = LinkPrecedence(limit: traffic.associations) {
            wakeup.signal()
        } onPause: {
            MetricRegistry.shared.add(to: "jieli_relay_pauses_total", labels: labels)
        }
    }

    /// Nobody waits any longer, for others or for work.
    func stop() {
        precedence.end()
        idle.close()
        wakeup.signal()
    }

    /// Gives the link as many associations as it is worth.
    func adapt() {
        guard traffic.tick(busy: precedence.writing) else { return }
        precedence.limit = traffic.associations
        tools.logger.log(
            .debug, "the link gets another number of associations",
            [.peer: "\(destination)", .count: "\(traffic.associations)"])
    }

    // MARK: What is leased

    func joined(_ lease: Lease) { leases.withLock { $0[ObjectIdentifier(lease)] = lease } }

    func parted(_ lease: Lease) { leases.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(lease)) } }

    /// See `Lease.reconsider`.
    func reconsider(_ asked: Set<Int64>, _ priorities: [Int64: Priority]) -> [Int64] {
        leases.withLock { Array($0.values) }.flatMap { $0.reconsider(asked, priorities) }
    }

    // MARK: The circuit breaker

    /// Waits until this worker may call.
    ///
    /// - Returns: the round to report the result with; `nil` when the relay ends.
    func enter(_ stop: RelayStop) async throws -> Int? {
        while !stop.isStopping, !Task.isCancelled {
            let seen = wakeup.generation
            switch state.withLock({ $0.machine.enter() }) {
            case .go(let round): return round
            case .wait: await wakeup.wait(since: seen)
            case .probe(let round):
                do {
                    try await rest(stop)
                } catch {
                    left(round: round)
                    throw error
                }
                if stop.isStopping || Task.isCancelled {
                    left(round: round)
                    return nil
                }
                return round
            }
        }
        return nil
    }

    /// Acts on `RelaySignal.linkUp`: nothing waits for its time any longer.
    func noticeLinkUp() async throws {
        guard wakeup.takeLinkUp() else { return }
        state.withLock { $0.delay = .zero }
        let (ledger, destination) = (tools.ledger, destination)
        if try await tools.database.read({ try ledger.nextAttempt(destination, in: $0) }) != nil {
            try await tools.database.write { try ledger.clearDelays(destination, in: $0) }
        }
        wakeup.signal()
    }

    func opened(round: Int) {
        state.withLock { $0.machine.opened(round: round) }
        wakeup.signal()
    }

    /// - Returns: whether the destination works again, which the caller writes down with the delivery.
    func answered(round: Int) -> Bool {
        let isRestored = state.withLock { $0.machine.answered(round: round) }
        if isRestored {
            tools.logger.log(.notice, "destination reached again", [.peer: "\(destination)"])
            wakeup.signal()
            tools.signal.reached(destination)
        }
        return isRestored
    }

    func left(round: Int) {
        state.withLock { $0.machine.left(round: round) }
        wakeup.signal()
    }

    /// - Returns: how long the destination rests.
    @discardableResult
    func failed(round: Int, _ error: String) async throws -> Duration {
        let (now, random) = (tools.now(), tools.random())
        let backOff = tools.configuration.backOff
        let news: (failures: Int, retryAt: Timestamp, delay: Duration)? = state.withLock { state in
            guard let failures = state.machine.failed(round: round) else { return nil }
            state.delay = backOff.delay(afterFailures: failures, random: random)
            state.retryAt = now + state.delay
            return (failures, state.retryAt, state.delay)
        }
        guard let news else { return state.withLock { $0.delay } }
        // The first failure and each full wait are worth a line; the page shows the rest.
        tools.logger.log(
            news.failures == 1 ? .warning : .debug, "destination cannot be reached, it will be tried again",
            [
                .peer: "\(destination)", .error: "\(error)", .attempt: "\(news.failures)",
                .milliseconds: "\(news.delay.milliseconds)",
            ])
        MetricRegistry.shared.add(to: "jieli_relay_link_failures_total", labels: ["destination": destination.rawValue])
        idle.dismiss()
        wakeup.signal()
        let (links, destination) = (tools.links, destination)
        try await tools.database.write {
            try links.recordFailure(
                destination, error: error, failures: news.failures, nextAttemptAt: news.retryAt, at: now, in: $0)
        }
        return news.delay
    }

    /// Waits out the delay; the link coming up ends it.
    private func rest(_ stop: RelayStop) async throws {
        while !stop.isStopping, !Task.isCancelled {
            let seen = wakeup.generation
            try await noticeLinkUp()
            let now = tools.now()
            // Never longer than the delay: the wall clock may have been set back meanwhile.
            let remaining = state.withLock { min($0.retryAt.elapsed(since: now), $0.delay) }
            guard remaining > .zero else { return }
            await tools.sleep(atMost: remaining, orUntil: wakeup, changesSince: seen)
        }
    }
}
