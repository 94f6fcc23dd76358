// From the flow's bells to open pages.

import HTTPService
import Observability
import ServiceLifecycle
import StudyFlow
import Vocabulary

/// Gathers what changes within a moment into one event, so that a study of a thousand images does not send a thousand.
package struct LiveUpdates: Service {
    /// A part of a page that can be fetched again.
    enum Topic: String, Encodable, Comparable, Sendable {
        case critical
        case operation = "operator"
        case studies
        case worklist
        case roster
        case priors

        static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    private struct Change: Encodable {
        var topics: [Topic]
        /// The study, when the event is about one only.
        var study: StudyInstanceUID?
        /// Milliseconds over which pages should spread what they fetch again; absent where few listen.
        var spread: Int?
    }

    private let signals: FlowSignals
    private let events: EventStream
    private let clock: any Clock<Duration>
    private let gathering: Duration

    init(
        signals: FlowSignals, events: EventStream, gathering: Duration = .milliseconds(300),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.signals = signals
        self.events = events
        self.gathering = gathering
        self.clock = clock
    }

    package func run() async throws {
        let pending = LockedBox<Set<FlowChange>>([])
        let changes = signals.changes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for await change in changes.cancelOnGracefulShutdown() {
                let isFirst = pending.withLock { pending in
                    pending.insert(change)
                    return pending.count == 1
                }
                guard isFirst else { continue }
                group.addTask {
                    try await clock.sleep(for: gathering)
                    let gathered = pending.withLock { pending in
                        defer { pending = [] }
                        return pending
                    }
                    events.publish(try Self.event(for: gathered, listeners: events.clientCount))
                }
            }
            group.cancelAll()
        }
    }

    /// A hundred and fifty readers before one list must not ask for it all at once at everything each of them does.
    static func event(for changes: Set<FlowChange>, listeners: Int = 1) throws -> ServerSentEvent {
        let spread = min(5000, listeners * millisecondsEach)
        let topics = Set(changes.flatMap { Self.topics($0.topic) })
        let studies = Set(changes.map(\.study))
        let change = Change(
            topics: topics.sorted(), study: studies.count == 1 ? studies.first.flatMap { $0 } : nil,
            spread: spread > leastSpread ? spread : nil)
        return ServerSentEvent(name: "change", data: String(buffer: try JSONBody.encode(change)))
    }

    private static let millisecondsEach = 30
    /// What pages gather anyway.
    private static let leastSpread = 400

    private static func topics(_ topic: FlowChange.Topic) -> [Topic] {
        switch topic {
        case .study, .report: [.studies]
        case .task, .order: [.studies, .worklist]
        case .queue: [.operation, .studies]
        case .link, .conflict, .quarantine: [.operation]
        case .storage: [.operation, .studies]
        case .critical: [.critical]
        case .roster: [.worklist, .operation, .roster]
        case .prior: [.priors]
        }
    }
}
