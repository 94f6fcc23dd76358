// The parent's side: `POST /link/v1/exchange`.

import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// A child posts a `LinkMessage` and gets one back; with `?wait=SECONDS` the answer waits for something to say.
package struct LinkRoutes: Sendable {
    package static let longestWait = 30
    static let path = "/link/v1/exchange"

    private let exchange: LinkExchange
    private let clock: any Clock<Duration>

    package init(_ exchange: LinkExchange, clock: any Clock<Duration> = ContinuousClock()) {
        self.exchange = exchange
        self.clock = clock
    }

    package func addRoutes(to router: Router<JieliRequestContext>) {
        router.post(RouterPath(Self.path)) { request, context in
            let child = try context.requireChild().name
            let wait = try Self.wait(request)
            let message = try await Self.message(request)
            guard message.node == child else {
                throw HTTPProblem(
                    .forbidden, code: "wrong_node",
                    Sentence(
                        "消息署名为节点“\(message.node)”，而证书属于“\(child)”",
                        "the message says it is from '\(message.node)', the certificate is that of '\(child)'"))
            }
            return try Response.json(try await answer(message, from: child, wait: wait))
        }
    }

    // MARK: The request

    private static func wait(_ request: Request) throws -> Duration {
        guard let text = request.uri.queryParameters["wait"] else { return .zero }
        guard let seconds = Int(text), (0...longestWait).contains(seconds) else {
            throw HTTPProblem.badRequest(
                Sentence("wait 必须是 0 到 \(longestWait) 的整数", "wait must be a whole number from 0 to \(longestWait)"))
        }
        return .seconds(seconds)
    }

    private static func message(_ request: Request) async throws -> LinkMessage {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: LinkMessage.largestBody)
        } catch is NIOTooManyBytesError {
            throw HTTPProblem.tooLarge
        }
        return try JSONDecoder().decode(LinkMessage.self, from: Data(buffer: body))
    }

    // MARK: The answer

    private func answer(_ message: LinkMessage, from child: NodeName, wait: Duration) async throws -> LinkMessage {
        // Before looking into the outbox: what is written in between must not be slept over.
        let wakeups = exchange.wakeups(for: child)
        try await exchange.receive(message, from: child)
        if wait > .zero, try await !exchange.hasPending(for: child, after: message.applied) {
            await pause(atMost: wait, orUntil: wakeups)
        }
        return try await exchange.message(for: child, after: message.applied).bounded
    }

    /// Ends as well when the server shuts down: it must not wait for its children's polls.
    private func pause(atMost wait: Duration, orUntil wakeups: AsyncStream<Void>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in wakeups { return } }
            group.addTask { [clock] in
                do { try await clock.sleep(for: wait) } catch { return }
            }
            group.addTask {
                do { try await gracefulShutdown() } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
