// When an instance leaves the usual way.

import Database
import Foundation
import Observability
import Testing
import Vocabulary

@testable import Relay

/// The second way, played by a script: what it carries before it breaks or answers.
private final class ScriptedRanges: RangeTransport {
    struct State {
        var isAvailable = true
        var taken: [SOPInstanceUID] = []
        var tried = 0
        /// Breaks after so many bytes more than before, until the instance is whole.
        var bytesBetweenBreaks: Int64?
    }

    let state = LockedBox(State())

    func isAvailable(for destination: NodeName) -> Bool { state.withLock { $0.isAvailable } }

    func withSession<Result: Sendable>(
        to destination: NodeName, contexts: Set<DeliveryContext>,
        _ body: @Sendable (any DeliverySession) async throws -> Result
    ) async throws -> Result {
        try await body(Session(ranges: self))
    }

    struct Session: DeliverySession {
        let ranges: ScriptedRanges

        func send(_ delivery: Delivery, pace: @escaping DeliveryPace) async throws -> DeliveryOutcome { .accepted }

        func send(
            _ delivery: Delivery, pace: @escaping DeliveryPace, progress: @escaping RangeProgress
        ) async throws -> DeliveryOutcome {
            let step = ranges.state.withLock { state in
                state.tried += 1
                return state.bytesBetweenBreaks
            }
            if let step, delivery.bytesCarried + step < delivery.size {
                try await progress(.carried(bytes: delivery.bytesCarried + step))
                throw LinkDown()
            }
            try await progress(.carried(bytes: delivery.size))
            ranges.state.withLock { $0.taken.append(delivery.sopInstance) }
            return .accepted
        }
    }
}

extension RelayFixture {
    fileprivate func run(_ ranges: ScriptedRanges, _ body: () async throws -> Void) async throws {
        let service = service(ranges: ranges)
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

    /// Lets the delays pass until `condition` holds.
    fileprivate func advance(until what: Comment, _ condition: @escaping () throws -> Bool) async throws {
        try await eventually(what) {
            if try condition() { return true }
            clock.advance(by: .milliseconds(500))
            return false
        }
    }
}

@Suite("Relay, ranges")
struct RangeWayTests {
    @Test("an instance on which the line broke twice goes in ranges, the others as ever")
    func secondInterruption() async throws {
        let relay = try RelayFixture()
        let ranges = ScriptedRanges()
        let broken = SOPInstanceUID(unchecked: "1.2.1.3")
        relay.destination.answer { delivery in
            if delivery.sopInstance == broken { throw LinkDown() }
            return .accepted
        }
        try relay.enqueue((0..<6).map { newDelivery($0) })
        try await relay.run(ranges) {
            try await relay.advance(until: "all sent") { try relay.counts().sent == 6 }
        }
        #expect(ranges.state.withLock { $0.taken } == [broken])
        #expect(relay.destination.state.tried.count { $0 == broken } == 2)
        let row = try #require(try relay.deliveries().first { $0.sopInstance == broken })
        #expect(row.interruptions == 2)
        #expect(row.bytesCarried == row.size)
        #expect(try relay.deliveries().allSatisfy { $0.sopInstance == broken || $0.interruptions == 0 })
    }

    @Test("a refusal, an association that could not be had and a restart are no interruptions")
    func noInterruptions() async throws {
        let relay = try RelayFixture()
        let ranges = ScriptedRanges()
        let tries = LockedBox(0)
        relay.destination.answer { _ in
            let count = tries.withLock { tries in
                tries += 1
                return tries
            }
            return count < 4 ? .refused(.processingFailure, comment: "busy") : .accepted
        }
        relay.destination.set(isReachable: false)
        try relay.enqueue([newDelivery(1)])
        try await relay.run(ranges) {
            try await relay.advance(until: "called in vain") { relay.destination.state.calls.count >= 3 }
            relay.destination.set(isReachable: true)
            try await relay.advance(until: "sent") { try relay.counts().sent == 1 }
        }
        #expect(ranges.state.withLock { $0.tried } == 0)
        #expect(try relay.deliveries()[0].interruptions == 0)
    }

    @Test("what was carried stays when the line breaks, and the link's rest starts small again")
    func progressKept() async throws {
        let relay = try RelayFixture()
        let ranges = ScriptedRanges()
        ranges.state.withLock { $0.bytesBetweenBreaks = 100 }
        relay.destination.answer { _ in throw LinkDown() }
        try relay.enqueue([newDelivery(1)])
        let seen = LockedBox<[Int64]>([])
        let longest = LockedBox(Duration.zero)
        try await relay.run(ranges) {
            try await relay.advance(until: "sent") {
                let row = try relay.deliveries()[0]
                seen.withLock { $0.append(row.bytesCarried) }
                if row.interruptions > 2, let next = row.nextAttemptAt {
                    longest.withLock { $0 = max($0, next.elapsed(since: relay.clock.timestamp)) }
                }
                return row.state == .sent
            }
        }
        let row = try relay.deliveries()[0]
        #expect(row.interruptions == 2 + 9)
        #expect(ranges.state.withLock { $0.tried } == 10)
        let bytes = seen.withLock { $0 }
        #expect(bytes == bytes.sorted())
        // Two breaks of the usual way let it rest longer; ranges that gain ground never more than the first delay.
        #expect(longest.withLock { $0 } <= relay.configuration.backOff.first)
    }

    @Test("goes in one piece where the destination takes no ranges, or where they are switched off")
    func unavailable() async throws {
        for isSwitchedOff in [true, false] {
            var relay = try RelayFixture()
            if isSwitchedOff { relay.configuration.rangesAfterInterruptions = 0 }
            let ranges = ScriptedRanges()
            ranges.state.withLock { $0.isAvailable = isSwitchedOff }
            let tries = LockedBox(0)
            relay.destination.answer { _ in
                let count = tries.withLock { tries in
                    tries += 1
                    return tries
                }
                if count < 5 { throw LinkDown() }
                return .accepted
            }
            try relay.enqueue([newDelivery(1)])
            try await relay.run(ranges) {
                try await relay.advance(until: "sent") { try relay.counts().sent == 1 }
            }
            #expect(ranges.state.withLock { $0.tried } == 0)
            #expect(try relay.deliveries()[0].interruptions == 4)
        }
    }
}
