// The child's side: events up and down, for as long as the node runs.

import Identity
import Logging
import Observability
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// The link to one parent. Two loops that share nothing but the knowledge whether the parent answers: one sends this
/// node's events as they are written, one asks for the parent's and lets it hold the answer until it has some.
package struct LinkClient: Service {
    private let exchange: LinkExchange
    private let parent: ParentPeer
    private let configuration: NodeLinkConfiguration
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let health: LinkHealth

    package init(
        _ exchange: LinkExchange, parent: ParentPeer, configuration: NodeLinkConfiguration,
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger
    ) {
        self.exchange = exchange
        self.parent = parent
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        let health = LinkHealth(parent.name, logger: logger) { exchange.linkReturned(parent.name) }
        self.health = health
        exchange.onReached(parent.name) { health.nudge() }
    }

    /// Runs until graceful shutdown, and then ends at once: what was not exchanged will be after the next start.
    ///
    /// - Throws: `NodeLinkError.unusableCertificate`; nothing else ends it.
    package func run() async throws {
        let transport = try LinkTransport(to: parent, configuration: configuration)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await push(transport) }
                group.addTask { await pull(transport) }
            }
        }
        try await transport.shutdown()
    }

    // MARK: Up

    private func push(_ transport: LinkTransport) async {
        // Before looking into the outbox: what is written in between rings.
        let wakeups = exchange.wakeups(for: parent.name)
        await empty(transport)
        for await _ in wakeups { await empty(transport) }
    }

    /// Sends until nothing is left.
    private func empty(_ transport: LinkTransport) async {
        var failures = 0
        var last: LinkMessage?
        while !Task.isCancelled {
            do {
                let message = try await exchange.message(for: parent.name).bounded
                guard let first = message.events.first else { return }
                if let last, last.events.first?.id == first.id {
                    throw NodeLinkError(
                        code: .notTaken, message: "'\(parent.name)' answers but does not take event \(first.type)")
                }
                let answer = try await transport.exchange(message, wait: .zero, timeout: configuration.push)
                try await exchange.receive(answer, from: parent.name)
                health.succeeded()
                failures = 0
                last = message
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                last = nil
                health.failed(error)
                await rest(failures, after: error)
            }
        }
    }

    // MARK: Down

    private func pull(_ transport: LinkTransport) async {
        var failures = 0
        // The first answer, and the first after a failure, shows at once that the link is there.
        var wait = Duration.zero
        while !Task.isCancelled {
            do {
                var message = try await exchange.message(for: parent.name)
                message.events = []
                let answer = try await transport.exchange(message, wait: wait, timeout: wait + configuration.answer)
                try await exchange.receive(answer, from: parent.name)
                health.succeeded()
                failures = 0
                wait = configuration.poll
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                wait = .zero
                health.failed(error)
                await rest(failures, after: error)
            }
        }
    }

    /// Until the next attempt, or until the other loop or a delivery got through.
    private func rest(_ failures: Int, after error: any Error) async {
        let isRefusal = (error as? NodeLinkError)?.isRetriable == false
        let delay = configuration.backOff.delay(
            afterFailures: failures, isRefusal: isRefusal, random: .random(in: 0...1))
        let recoveries = health.recoveries()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in recoveries { return } }
            group.addTask { [clock] in
                do { try await clock.sleep(for: delay) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
