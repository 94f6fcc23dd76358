// Telling open pages what happens.

import HTTPTypes
import Hummingbird
import NIOCore
import Observability
import ServiceLifecycle

/// Broadcasts events to any number of browsers (`GET … text/event-stream`).
///
/// `publish` never waits. Each client has a bounded line; one that reads too slowly loses the line, not our memory: it
/// gets `resync` and goes on from there. A client that comes back says what it has seen (`Last-Event-ID`) and gets what
/// it missed from a short history, else `resync`. A stream ends after `longestStream`, so that a session that has ended
/// does not listen on, and at graceful shutdown; browsers come back by themselves.
package final class EventStream: Sendable {
    package struct Limits: Sendable {
        package var clients = 400
        package var waitingPerClient = 64
        package var history = 256
        package var heartbeat: Duration = .seconds(15)
        package var longestStream: Duration = .seconds(600)

        package init() {}
    }

    struct Entry: Sendable {
        var id: Int64
        var event: ServerSentEvent
    }

    enum Signal: Sendable {
        case entry(Entry)
        case heartbeat
    }

    private struct Client {
        var filter: @Sendable (ServerSentEvent) -> Bool
        var continuation: AsyncStream<Signal>.Continuation
        var missed: LockedBox<Bool>
    }

    private struct State {
        var last: Int64
        var history: [Entry] = []
        var clients: [Int: Client] = [:]
        var nextClient = 0
    }

    private let limits: Limits
    private let clock: any Clock<Duration>
    private let state: LockedBox<State>

    /// - Parameter firstID: greater than any ID of an earlier run (the start time in milliseconds does), so that a page
    ///   that outlived a restart is told to load afresh.
    package init(limits: Limits = Limits(), firstID: Int64, clock: any Clock<Duration> = ContinuousClock()) {
        self.limits = limits
        self.clock = clock
        state = LockedBox(State(last: firstID))
    }

    package var clientCount: Int { state.withLock { $0.clients.count } }

    package func publish(_ event: ServerSentEvent) {
        let limits = limits
        state.withLock { state in
            state.last += 1
            let entry = Entry(id: state.last, event: event)
            state.history.append(entry)
            if state.history.count > limits.history { state.history.removeFirst() }
            for client in state.clients.values where client.filter(event) {
                if case .dropped = client.continuation.yield(.entry(entry)) { client.missed.withLock { $0 = true } }
            }
        }
    }

    /// The answer to a request for events.
    ///
    /// - Parameter filter: which events this client gets.
    /// - Throws: 503 when too many listen already.
    package func response(
        to request: Request, filter: @escaping @Sendable (ServerSentEvent) -> Bool = { _ in true }
    ) throws -> Response {
        let lastSeen = request.headers[.lastEventID].flatMap { Int64($0) }
        let subscription = try subscribe(lastSeen: lastSeen, filter: filter)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
                .xAccelBuffering: "no",
            ],
            body: ResponseBody { [self] writer in
                try await send(subscription, to: &writer)
                try await writer.finish(nil)
            })
    }

    // MARK: Subscriptions

    /// Ends the subscription when the last reference goes, also when the answer is never written (HEAD, a client that
    /// has gone).
    final class Subscription: Sendable {
        let signals: AsyncStream<Signal>
        let continuation: AsyncStream<Signal>.Continuation
        let missed: LockedBox<Bool>
        let backlog: [Entry]
        /// The last event's ID when the subscription began.
        let start: Int64
        private let cancel: @Sendable () -> Void

        init(
            signals: AsyncStream<Signal>, continuation: AsyncStream<Signal>.Continuation, missed: LockedBox<Bool>,
            backlog: [Entry], start: Int64, cancel: @escaping @Sendable () -> Void
        ) {
            self.signals = signals
            self.continuation = continuation
            self.missed = missed
            self.backlog = backlog
            self.start = start
            self.cancel = cancel
        }

        deinit { cancel() }
    }

    func subscribe(
        lastSeen: Int64?, filter: @escaping @Sendable (ServerSentEvent) -> Bool
    ) throws -> Subscription {
        let (signals, continuation) = AsyncStream.makeStream(
            of: Signal.self, bufferingPolicy: .bufferingOldest(limits.waitingPerClient))
        let missed = LockedBox(false)
        let limits = limits
        let opened: (id: Int, backlog: [Entry], hasGap: Bool, start: Int64)? = state.withLock { state in
            guard state.clients.count < limits.clients else { return nil }
            let id = state.nextClient
            state.nextClient += 1
            state.clients[id] = Client(filter: filter, continuation: continuation, missed: missed)
            guard let lastSeen, lastSeen != state.last else { return (id, [], false, state.last) }
            let oldestKnown = (state.history.first?.id ?? state.last + 1) - 1
            guard (oldestKnown...state.last).contains(lastSeen) else { return (id, [], true, state.last) }
            return (id, state.history.filter { $0.id > lastSeen && filter($0.event) }, false, state.last)
        }
        guard let opened else {
            throw HTTPProblem(
                .serviceUnavailable, code: "too_many_listeners",
                Sentence("打开的页面过多，请关闭一些页面", "too many pages are open; close some"), retryAfter: 30)
        }
        if opened.hasGap { missed.withLock { $0 = true } }
        return Subscription(
            signals: signals, continuation: continuation, missed: missed, backlog: opened.backlog,
            start: opened.start
        ) { [state] in
            continuation.finish()
            state.withLock { _ = $0.clients.removeValue(forKey: opened.id) }
        }
    }

    private func send(_ subscription: Subscription, to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(string: "retry: 3000\n\n"))
        for entry in subscription.backlog { try await writer.write(entry.event.encoded(id: entry.id)) }
        // An ID from the start, so that a page that is cut off before its first event can say where it was.
        if subscription.backlog.isEmpty {
            try await writer.write(ServerSentEvent.hello.encoded(id: subscription.start))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { [limits, clock] in try await Self.tick(subscription.continuation, limits, clock) }
            try await writeResyncIfNeeded(subscription, to: &writer)
            for await signal in subscription.signals.cancelOnGracefulShutdown() {
                switch signal {
                case .entry(let entry): try await writer.write(entry.event.encoded(id: entry.id))
                case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                }
                try await writeResyncIfNeeded(subscription, to: &writer)
            }
        }
    }

    private func writeResyncIfNeeded(
        _ subscription: Subscription, to writer: inout any ResponseBodyWriter
    ) async throws {
        let hasMissed = subscription.missed.withLock { missed in
            defer { missed = false }
            return missed
        }
        guard hasMissed else { return }
        try await writer.write(ServerSentEvent.resync.encoded(id: nil))
    }

    /// Heartbeats until the stream is old enough, then its end. A write to a client that has gone fails, so the
    /// heartbeat is also what finds that out.
    private static func tick(
        _ continuation: AsyncStream<Signal>.Continuation, _ limits: Limits, _ clock: any Clock<Duration>
    ) async throws {
        var age: Duration = .zero
        while age < limits.longestStream {
            do {
                try await clock.sleep(for: limits.heartbeat)
            } catch is CancellationError {
                return
            }
            age += limits.heartbeat
            continuation.yield(.heartbeat)
        }
        continuation.finish()
    }
}

extension HTTPField.Name {
    static var lastEventID: Self { known("Last-Event-ID") }
    /// Keeps reverse proxies from collecting a stream before they pass it on.
    static var xAccelBuffering: Self { known("X-Accel-Buffering") }
}
