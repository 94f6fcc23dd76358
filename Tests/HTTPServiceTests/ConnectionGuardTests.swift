import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Observability
import Testing
import Vocabulary

@testable import HTTPService

/// The loop's clock stands still until `advanceTime`.
@Suite("Connections that take too long")
struct ConnectionGuardTests {
    private let channel: EmbeddedChannel
    private let shares = ConnectionShares(maximum: 4, maximumPerAddress: 2)

    init() throws {
        channel = EmbeddedChannel(handler: ConnectionGuard(patience: ConnectionPatience(), shares: shares))
        try channel.connect(to: SocketAddress(ipAddress: "10.0.0.7", port: 1)).wait()
    }

    private func head(_ path: String = "/api/v1/login") throws {
        try channel.writeInbound(
            HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "https", authority: "node", path: path)))
    }

    private func answer() throws {
        channel.write(HTTPResponsePart.head(HTTPResponse(status: .ok)), promise: nil)
        channel.write(HTTPResponsePart.end(nil), promise: nil)
        channel.flush()
    }

    /// Whether the connection is still there after so many seconds.
    private func lives(after seconds: Int64) -> Bool {
        for _ in 0..<seconds { channel.embeddedEventLoop.advanceTime(by: .seconds(1)) }
        return channel.isActive
    }

    @Test("no request within twenty seconds ends the connection, handshake and headers included")
    func firstRequest() throws {
        #expect(lives(after: 19))
        #expect(!lives(after: 3))
        #expect(shares.count == 0)
    }

    @Test("an answered request is followed by another within 75 seconds")
    func nextRequest() throws {
        try head()
        try channel.writeInbound(HTTPRequestPart.end(nil))
        // A handler may think, and an event stream may be silent, for as long as they like.
        #expect(lives(after: 600))
        try answer()
        #expect(lives(after: 74))
        #expect(!lives(after: 3))
    }

    @Test("a body a byte at a time is ended, however seldom it is silent")
    func slowBody() throws {
        try head()
        for second in 0..<60 {
            channel.read()
            guard lives(after: 1) else {
                #expect(second >= 29)
                return
            }
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(bytes: [0x20])))
        }
        Issue.record("the slow body was never ended")
    }

    @Test("a body that comes fast enough, or that this side is too busy to read, is not")
    func patientBody() throws {
        try head()
        for _ in 0..<120 {
            channel.read()
            #expect(lives(after: 1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 5000)))
        }
        // Nothing is asked for: the disk is slow, or a queue is full.
        #expect(lives(after: 300))
    }

    @Test("a range between nodes may rest in the middle")
    func rangeRests() throws {
        try head("/link/v1/uploads")
        channel.read()
        #expect(lives(after: 300))
    }

    @Test("what still comes after the answer is not waited for")
    func afterTheAnswer() throws {
        try head()
        try answer()
        #expect(lives(after: 29))
        #expect(!lives(after: 3))
    }

    // MARK: Places

    @Test("an address gets its share and no more")
    func perAddress() throws {
        #expect(shares.admit(address: "10.0.0.7", close: {}) != nil)
        #expect(shares.admit(address: "10.0.0.7", close: {}) == nil)
        #expect(shares.admit(address: "10.0.0.8", close: {}) != nil)
    }

    @Test("a newcomer gets the place of whoever has most at rest, never one with a request under way")
    func eviction() throws {
        try head()
        let closed = LockedBox<[String]>([])
        func admit(_ name: String, _ address: String) -> ConnectionShares.Ticket? {
            shares.admit(address: address, close: { closed.withLock { $0.append(name) } })
        }
        _ = admit("a", "10.0.0.8")
        _ = admit("b", "10.0.0.8")
        let single = admit("c", "10.0.0.9")
        #expect(admit("d", "10.0.0.10") != nil)
        #expect(closed.withLock { $0 } == ["a"])
        for ticket in [single, admit("e", "10.0.0.11")].compactMap({ $0 }) { shares.mark(ticket, isBusy: true) }
        #expect(channel.isActive)
        #expect(closed.withLock { $0 } == ["a", "b"])
    }
}
