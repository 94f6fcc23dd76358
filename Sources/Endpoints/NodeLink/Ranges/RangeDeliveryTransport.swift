// Carrying deliveries to a parent in ranges.

import Identity
import Logging
import NIOPosix
import Observability
import Relay
import StudyFlow
import Vocabulary

/// The second way for an instance: over the node link's mutual TLS, in ranges that the parent keeps when the line breaks.
package final class RangeDeliveryTransport: RangeTransport {
    private let flow: FlowContext
    private let configuration: NodeLinkConfiguration
    private let peers: @Sendable () -> PeerDirectory
    /// Parents of an older version, and when that was found.
    private let unable = LockedBox<[NodeName: Timestamp]>([:])
    private static let askAgainAfter: Duration = .seconds(3600)

    /// - Parameter peers: asked at each call, so that a corrected address counts at once.
    package init(
        _ flow: FlowContext, configuration: NodeLinkConfiguration, peers: @escaping @Sendable () -> PeerDirectory
    ) {
        self.flow = flow
        self.configuration = configuration
        self.peers = peers
    }

    package func isAvailable(for destination: NodeName) -> Bool {
        let now = flow.clock.now()
        return unable.withLock { unable in
            guard let since = unable[destination] else { return true }
            guard now.elapsed(since: since) > Self.askAgainAfter else { return false }
            unable.removeValue(forKey: destination)
            return true
        }
    }

    package func withSession<Result: Sendable>(
        to destination: NodeName, contexts: Set<DeliveryContext>,
        _ body: @Sendable (any DeliverySession) async throws -> Result
    ) async throws -> Result {
        guard let parent = peers().parent(destination) else {
            throw NodeLinkError(
                code: .unreachable, message: "'\(destination)' is no parent of this node; correct the file of peers")
        }
        let client = try RangeClient(to: parent, configuration: configuration)
        // One thread: the pace may block it for as long as the link is somebody else's.
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        do {
            let session = RangeSession(
                flow: flow, client: client, thread: thread, terms: try await terms(client, of: destination))
            let result = try await body(session)
            try await end(client, thread)
            return result
        } catch {
            try await end(client, thread)
            throw error
        }
    }

    /// Also shows that the line is there, before an instance is put on it.
    private func terms(_ client: RangeClient, of destination: NodeName) async throws -> RangeTerms {
        if let terms = try await client.terms() { return terms }
        let now = flow.clock.now()
        unable.withLock { $0[destination] = now }
        throw NodeLinkError(
            code: .refused, message: "'\(destination)' takes no ranges; instances go in one piece until it is updated")
    }

    private func end(_ client: RangeClient, _ thread: NIOThreadPool) async throws {
        try await client.shutdown()
        try await thread.shutdownGracefully()
    }
}
