import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import HTTPService

@Suite("Event stream")
struct EventStreamTests {
    let event = ServerSentEvent(name: "task", data: #"{"id":"7"}"#)

    /// What a client has read when its stream ended by age.
    private func transcript(
        of stream: EventStream, headers: HTTPFields = [:],
        filter: @escaping @Sendable (ServerSentEvent) -> Bool = { _ in true }
    ) async throws -> String {
        let router = Router()
        router.get("/events") { request, _ in try stream.response(to: request, filter: filter) }
        return try await Application(router: router).test(.router) { client in
            String(buffer: try await client.execute(uri: "/events", method: .get, headers: headers).body)
        }
    }

    private func stream(history: Int = 256, clients: Int = 400) -> EventStream {
        var limits = EventStream.Limits()
        limits.history = history
        limits.clients = clients
        limits.heartbeat = .milliseconds(1)
        limits.longestStream = .milliseconds(3)
        return EventStream(limits: limits, firstID: 100)
    }

    @Test("begins with an ID, keeps the line open, and ends so that sessions are checked again")
    func lifecycle() async throws {
        let stream = stream()
        let text = try await transcript(of: stream)
        #expect(text.hasPrefix("retry: 3000\n\nevent: hello\nid: 100\n"))
        #expect(text.contains(": still here\n\n"))
        #expect(stream.clientCount == 0)
    }

    @Test("gives a client that comes back what it missed")
    func replay() async throws {
        let stream = stream()
        for _ in 0..<3 { stream.publish(event) }
        let text = try await transcript(of: stream, headers: [.lastEventID: "101"])
        #expect(!text.contains("id: 101\n"))
        #expect(text.contains("id: 102\n") && text.contains("id: 103\n"))
        #expect(!text.contains("resync"))
    }

    @Test("tells a client that missed too much to load afresh", arguments: ["3", "101", "99999"])
    func gap(lastSeen: String) async throws {
        let stream = stream(history: 2)
        for _ in 0..<5 { stream.publish(event) }
        #expect(try await transcript(of: stream, headers: [.lastEventID: lastSeen]).contains("event: resync\n"))
    }

    @Test("keeps to each client's filter")
    func filtered() async throws {
        let stream = stream()
        stream.publish(event)
        stream.publish(ServerSentEvent(name: "secret"))
        let text = try await transcript(of: stream, headers: [.lastEventID: "100"]) { $0.name == "task" }
        #expect(text.contains("event: task\n"))
        #expect(!text.contains("secret"))
    }

    @Test("drops the line of a slow client, not its own memory, and says so")
    func slowClient() async throws {
        let stream = stream()
        let subscription = try stream.subscribe(lastSeen: nil) { _ in true }
        for _ in 0..<100 { stream.publish(event) }
        #expect(subscription.missed.withLock { $0 })
    }

    @Test("bounds its clients")
    func tooMany() async throws {
        let stream = stream(clients: 1)
        let first = try stream.subscribe(lastSeen: nil) { _ in true }
        #expect(throws: HTTPProblem.self) { try stream.subscribe(lastSeen: nil) { _ in true } }
        withExtendedLifetime(first) {}
    }

    @Test("writes data of several lines as the format asks")
    func lines() {
        #expect(
            String(buffer: ServerSentEvent(name: "x", data: "a\nb").encoded(id: 1))
                == "event: x\nid: 1\ndata: a\ndata: b\n\n")
    }
}
