// Deliveries, a destination and a relay to test with.

import Database
import Foundation
import Logging
import Observability
import ServiceLifecycle
import TestSupport
import Testing
import Vocabulary

@testable import Relay

let puning = NodeName(rawValue: "puning")!
let jieyang = NodeName(rawValue: "jieyang")!

func newDelivery(
    _ number: Int, study: Int = 1, to destination: NodeName = puning, priority: Priority = .routine,
    sopClass: SOPClass = .ctImage
) -> NewDelivery {
    NewDelivery(
        study: StudyInstanceUID(unchecked: "1.2.\(study)"),
        sopInstance: SOPInstanceUID(unchecked: "1.2.\(study).\(number)"),
        destination: destination, digest: digest(study, number), size: 1000,
        transferSyntax: .explicitVRLittleEndian, sopClass: sopClass, priority: priority)
}

func digest(_ study: Int, _ number: Int) -> Digest { Digest(of: Data("\(study).\(number)".utf8)) }

func receiptItem(_ delivery: Delivery) -> ReceiptItem {
    ReceiptItem(
        sopInstanceUID: delivery.sopInstance, studyInstanceUID: delivery.study, digest: delivery.digest,
        size: delivery.size, transferSyntax: delivery.transferSyntax, storedAt: Timestamp(milliseconds: 1))
}

struct LinkDown: ClassifiedError, Hashable {
    var isRetriable: Bool { true }
    var label: String { "link_down" }
    var description: String { "connection refused by puning:2762" }
}

/// The far side of the link, played by a script: what it answers, whether it can be reached. It remembers what it took.
final class ScriptedDestination: DeliveryTransport {
    struct State {
        var isReachable = true
        var answer: @Sendable (Delivery, @escaping DeliveryPace) async throws -> DeliveryOutcome = { _, _ in .accepted }
        var taken: [SOPInstanceUID] = []
        var tried: [SOPInstanceUID] = []
        var calls: [Timestamp] = []
        var asked: [Set<DeliveryContext>] = []
        var open = 0
        var mostOpen = 0
        var released = 0
        var aborted = 0
    }

    private let box = LockedBox(State())
    private let clock: WallClock

    init(clock: WallClock) { self.clock = clock }

    var state: State { box.withLock { $0 } }

    func set(isReachable: Bool) { box.withLock { $0.isReachable = isReachable } }
    func answer(_ answer: @escaping @Sendable (Delivery) async throws -> DeliveryOutcome) {
        box.withLock { $0.answer = { delivery, _ in try await answer(delivery) } }
    }
    func carry(_ carry: @escaping @Sendable (Delivery, @escaping DeliveryPace) async throws -> DeliveryOutcome) {
        box.withLock { $0.answer = carry }
    }

    func withSession<Result: Sendable>(
        to destination: NodeName, contexts: Set<DeliveryContext>,
        _ body: @Sendable (any DeliverySession) async throws -> Result
    ) async throws -> Result {
        let now = clock.now()
        let isReachable = box.withLock { state in
            state.calls.append(now)
            state.asked.append(contexts)
            if state.isReachable {
                state.open += 1
                state.mostOpen = max(state.mostOpen, state.open)
            }
            return state.isReachable
        }
        guard isReachable else { throw LinkDown() }
        do {
            let result = try await body(Session(destination: self, contexts: contexts))
            box.withLock {
                $0.open -= 1
                $0.released += 1
            }
            return result
        } catch {
            box.withLock {
                $0.open -= 1
                $0.aborted += 1
            }
            throw error
        }
    }

    private struct Session: DeliverySession {
        let destination: ScriptedDestination
        let contexts: Set<DeliveryContext>

        func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome {
            #expect(contexts.contains(delivery.context))
            #expect(delivery.state == .sending)
            let answer = destination.box.withLock { state in
                state.tried.append(delivery.sopInstance)
                return state.answer
            }
            let outcome = try await answer(delivery, pace)
            if outcome == .accepted { destination.box.withLock { $0.taken.append(delivery.sopInstance) } }
            return outcome
        }
    }
}

/// A relay on a real database, a scripted destination and a clock that the test advances.
struct RelayFixture {
    let database: Database
    let directory: TemporaryDirectory
    let clock = TestClock()
    let destination: ScriptedDestination
    let signal = RelaySignal()
    let ledger = DeliveryLedger()
    var configuration = RelayConfiguration(destinations: [puning], owner: "paotai")
    var traffic: RelayTraffic?

    init() throws {
        (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        destination = ScriptedDestination(clock: clock.wallClock)
        configuration.usualPolicy.associations = 4...4
    }

    var service: RelayService { service(ranges: nil) }

    func service(ranges: (any RangeTransport)?) -> RelayService {
        RelayService(
            configuration: configuration, database: database, transport: destination, ranges: ranges,
            traffic: traffic, signal: signal,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), clock: clock,
            wallClock: clock.wallClock, random: { 1 })
    }

    /// Runs `body` beside the relay, then cancels the relay.
    func run(_ body: () async throws -> Void) async throws {
        let service = service
        let task = Task { try await service.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            _ = await task.result
            throw error
        }
        task.cancel()
        try await task.value
    }

    func enqueue(_ deliveries: [NewDelivery]) throws {
        let (ledger, now) = (ledger, clock.timestamp)
        try database.writeBlocking { _ = try ledger.enqueue(deliveries, held: false, at: now, in: $0) }
    }

    func counts() throws -> DeliveryCounts {
        try database.readBlocking { snapshot in
            var counts = DeliveryCounts()
            for row in try snapshot.rows("SELECT state, count(*) AS number FROM delivery GROUP BY state") {
                counts[try row["state", as: DeliveryState.self]] = try row["number"]
            }
            return counts
        }
    }

    func deliveries() throws -> [Delivery] {
        try database.readBlocking { try ledger.list(DeliveryFilter(states: DeliveryState.allCases), in: $0).deliveries }
    }
}

/// Waits until `condition` holds; fails the test when it does not within half a minute of real time.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
