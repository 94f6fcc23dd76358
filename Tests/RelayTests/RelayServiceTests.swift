import Database
import Foundation
import Logging
import Observability
import ServiceLifecycle
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Relay service", .timeLimit(.minutes(2)))
struct RelayServiceTests {
    @Test("sends a study over several associations, each instance once")
    func study() async throws {
        let relay = try RelayFixture()
        relay.destination.answer { _ in
            try await Task.sleep(for: .milliseconds(3))
            return .accepted
        }
        try await relay.run {
            try relay.enqueue((0..<100).map { newDelivery($0) })
            relay.signal.poke(puning)
            try await eventually("all sent") { try relay.counts().sent == 100 }
        }
        let state = relay.destination.state
        #expect(Set(state.taken).count == 100 && state.taken.count == 100)
        #expect(state.mostOpen == 4)
    }

    @Test("starts with the first instance and keeps the association for the next")
    func firstInstance() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        try await relay.run {
            for number in 0..<5 {
                try relay.enqueue([newDelivery(number)])
                relay.signal.poke(puning)
                try await eventually("sent") { try relay.counts().sent == number + 1 }
            }
        }
        #expect(relay.destination.state.calls.count == 1)
    }

    @Test("releases an idle association")
    func idle() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        try await relay.run {
            try relay.enqueue([newDelivery(1)])
            relay.signal.poke(puning)
            try await eventually("idle") { relay.clock.sleeps.contains(.seconds(5)) }
            relay.clock.advance(by: .seconds(5))
            try await eventually("released") { relay.destination.state.released == 1 }
        }
    }

    @Test("waits 1, 2, 4 … 60, 60 seconds for a destination that is down, with one caller at a time")
    func backOff() async throws {
        let relay = try RelayFixture()
        relay.destination.set(isReachable: false)
        try relay.enqueue((0..<20).map { newDelivery($0) })
        try await relay.run {
            // The first calls go out together; then one worker probes.
            try await eventually("first failure") { relay.clock.sleeps.contains(.seconds(1)) }
            var calls = relay.destination.state.calls.count
            #expect(calls <= 4)
            for delay in [1, 2, 4, 8, 16, 32, 60, 60].map(Duration.seconds) {
                // Other sleepers: the lease keeper (20 s), idle looks (30 s).
                try await eventually("rests \(delay)") { relay.clock.sleeps.contains(delay) }
                relay.clock.advance(by: delay)
                calls += 1
                try await eventually("calls again") { relay.destination.state.calls.count >= calls }
            }
            // One of those that began together may have called a little later.
            #expect(relay.destination.state.calls.count <= 4 + 8)
            let summary = try relay.database.readBlocking { try relay.ledger.summary(in: $0)[0] }
            #expect(summary.counts.waiting + summary.counts.sending == 20)
            #expect(summary.lastError == "connection refused by puning:2762")
            #expect(summary.failingSince != nil)
            relay.destination.set(isReachable: true)
            try await eventually("rests again") { relay.clock.sleeps.contains(.seconds(60)) }
            relay.clock.advance(by: .seconds(60))
            try await eventually("all sent") { try relay.counts().sent == 20 }
            #expect(try relay.database.readBlocking { try relay.ledger.summary(in: $0)[0].failingSince } == nil)
        }
        #expect(Set(relay.destination.state.taken).count == relay.destination.state.taken.count)
    }

    @Test("calls at once when the link is reported up")
    func linkUp() async throws {
        let relay = try RelayFixture()
        relay.destination.set(isReachable: false)
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("rests") { relay.clock.sleeps.contains(.seconds(1)) }
            relay.destination.set(isReachable: true)
            relay.signal.linkUp(puning)
            try await eventually("sent without waiting") { try relay.counts().sent == 1 }
        }
        #expect(relay.clock.now.offset == .zero)
    }

    @Test("parks a permanent refusal at once with its status and goes on")
    func permanentRefusal() async throws {
        let relay = try RelayFixture()
        relay.destination.answer { delivery in
            delivery.sopInstance.rawValue == "1.2.1.3"
                ? .refused(.conflictingInstance, comment: "other bytes are kept") : .accepted
        }
        try relay.enqueue((0..<10).map { newDelivery($0) })
        try await relay.run { try await eventually("done") { try relay.counts().sent == 9 } }
        let parked = try #require(try relay.deliveries().first { $0.state == .parked })
        #expect(parked.lastStatus == .conflictingInstance && parked.attempts == 1)
        #expect(parked.lastError == "the destination answered 0xC011: other bytes are kept")
    }

    @Test("parks everything of a class that the destination does not take after trying one")
    func noContext() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        relay.destination.answer { delivery in
            delivery.sopClass == .mrImage ? .noPresentationContext("puning does not take MR Image") : .accepted
        }
        try relay.enqueue((0..<30).map { newDelivery($0, sopClass: .mrImage) } + (30..<35).map { newDelivery($0) })
        try await relay.run {
            try await eventually("settled") { try relay.counts().sent == 5 && relay.counts().parked == 30 }
        }
        #expect(relay.destination.state.tried.count == 6)
    }

    @Test("tries an instance that breaks associations again after the others")
    func poison() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        relay.destination.answer { delivery in
            if delivery.sopInstance.rawValue == "1.2.1.0" { throw LinkDown() }
            return .accepted
        }
        try relay.enqueue((0..<10).map { newDelivery($0) })
        try await relay.run {
            try await eventually("rests") { relay.clock.sleeps.contains(.seconds(1)) }
            relay.clock.advance(by: .seconds(1))
            try await eventually("others sent") { try relay.counts().sent == 9 }
        }
        let left = try #require(try relay.deliveries().first { $0.state != .sent })
        #expect(left.state == .waiting && left.attempts == 1 && left.lastError == "connection refused by puning:2762")
        #expect(relay.destination.state.tried.first == left.sopInstance)
    }

    @Test("a full destination rests, and nothing is lost or parked")
    func outOfResources() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        relay.destination.answer { _ in .refused(.outOfResources, comment: "disk full") }
        try relay.enqueue((0..<10).map { newDelivery($0) })
        try await relay.run {
            try await eventually("rests") { relay.clock.sleeps.contains(.seconds(1)) }
            #expect(relay.destination.state.tried.count == 1)
            relay.destination.answer { _ in .accepted }
            relay.signal.linkUp(puning)
            try await eventually("all sent") { try relay.counts().sent == 10 }
        }
    }

    @Test("a STAT study goes before the rest of a batch already leased")
    func urgency() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let gate = Gate()
        relay.destination.answer { delivery in
            if delivery.sopInstance.rawValue == "1.2.1.1" { await gate.wait() }
            return .accepted
        }
        try relay.enqueue((0..<20).map { newDelivery($0) })
        try await relay.run {
            try await eventually("second on the wire") { relay.destination.state.tried.count == 2 }
            try relay.enqueue([newDelivery(7, study: 9, priority: .stat)])
            relay.signal.poke(puning, priority: .stat)
            try await eventually("STAT does not wait for the second") { relay.destination.state.taken.count == 2 }
            gate.open()
            try await eventually("all sent") { try relay.counts().sent == 21 }
        }
        #expect(relay.destination.state.taken[1].rawValue == "1.2.9.7")
    }

    @Test("asks for another association when the queue needs a context it lacks")
    func otherContexts() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        try await relay.run {
            try relay.enqueue([newDelivery(1)])
            relay.signal.poke(puning)
            try await eventually("sent") { try relay.counts().sent == 1 }
            try relay.enqueue([newDelivery(2, sopClass: .mrImage)])
            relay.signal.poke(puning)
            try await eventually("sent") { try relay.counts().sent == 2 }
        }
        #expect(relay.destination.state.asked.count == 2)
    }

    @Test("a dead destination does not slow another")
    func destinations() async throws {
        var relay = try RelayFixture()
        relay.configuration.destinations = [puning, jieyang]
        relay.destination.answer { delivery in
            if delivery.destination == jieyang { throw LinkDown() }
            return .accepted
        }
        try relay.enqueue((0..<20).flatMap { [newDelivery($0), newDelivery($0, to: jieyang)] })
        try await relay.run { try await eventually("sent") { try relay.counts().sent == 20 } }
    }

    @Test("sends at its next start what was on the wire when it was killed")
    func restart() async throws {
        let relay = try RelayFixture()
        try relay.enqueue((0..<3).map { newDelivery($0) })
        let (ledger, now) = (relay.ledger, relay.clock.timestamp)
        _ = try await relay.database.write {
            try ledger.claim(puning, limit: 2, owner: "paotai", leaseUntil: now + .seconds(3600), at: now, in: $0)
        }
        try await relay.run { try await eventually("sent") { try relay.counts().sent == 3 } }
    }

    @Test("a long transfer keeps its lease")
    func renewal() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let gate = Gate()
        relay.destination.answer { _ in
            await gate.wait()
            return .accepted
        }
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("on the wire") { relay.destination.state.tried.count == 1 }
            for round in 1...10 {
                try await eventually("the keeper sleeps") { relay.clock.sleeps.contains(.seconds(20)) }
                relay.clock.advance(by: .seconds(20))
                let until = relay.clock.timestamp + .seconds(60)
                try await eventually("renewed \(round)") { try relay.deliveries()[0].leaseUntil == until }
            }
            gate.open()
            try await eventually("sent") { try relay.counts().sent == 1 }
        }
        #expect(relay.destination.state.tried.count == 1)
    }

    @Test("a graceful shutdown finishes what is on the wire and gives the rest back")
    func gracefulShutdown() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 2...2
        let gate = Gate()
        relay.destination.answer { _ in
            await gate.wait()
            return .accepted
        }
        try relay.enqueue((0..<20).map { newDelivery($0) })
        let group = ServiceGroup(
            services: [relay.service], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        async let running: Void = group.run()
        try await eventually("both on the wire") { relay.destination.state.tried.count == 2 }
        await group.triggerGracefulShutdown()
        try await eventually("the relay is ending") { relay.clock.sleeps.contains(.seconds(10)) }
        gate.open()
        try await running
        #expect(try relay.counts().sent == 2)
        #expect(try relay.counts().waiting == 18)
        #expect(relay.destination.state.aborted == 0 && relay.destination.state.open == 0)
    }

    @Test("a graceful shutdown waits no longer than its grace for a stuck transfer")
    func shutdownGrace() async throws {
        let relay = try RelayFixture()
        relay.destination.answer { _ in
            try await Task.sleep(for: .seconds(3600))
            return .accepted
        }
        try relay.enqueue([newDelivery(1)])
        let group = ServiceGroup(
            services: [relay.service], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        async let running: Void = group.run()
        try await eventually("on the wire") { relay.destination.state.tried.count == 1 }
        await group.triggerGracefulShutdown()
        try await eventually("the relay is ending") { relay.clock.sleeps.contains(.seconds(10)) }
        relay.clock.advance(by: .seconds(10))
        try await running
        #expect(try relay.counts().waiting == 1)
    }

    @Test("a cancelled relay returns and leaves every row for the next start")
    func cancellation() async throws {
        let relay = try RelayFixture()
        relay.destination.answer { _ in
            try await Task.sleep(for: .seconds(3600))
            return .accepted
        }
        try relay.enqueue((0..<20).map { newDelivery($0) })
        try await relay.run {
            try await eventually("on the wire") { relay.destination.state.tried.count == 4 }
        }
        #expect(try relay.counts().waiting == 20)
        #expect(try relay.deliveries().allSatisfy { $0.attempts == 0 })
    }

    @Test("with the link cut at random moments everything arrives once")
    func flakyLink() async throws {
        let relay = try RelayFixture()
        let breaks = LockedBox(CrashTests.Generator(state: 7))
        relay.destination.answer { _ in
            if breaks.withLock({ Int.random(in: 0..<6, using: &$0) }) == 0 { throw LinkDown() }
            return .accepted
        }
        try relay.enqueue((0..<80).map { newDelivery($0) })
        try await relay.run {
            try await eventually("all sent") {
                relay.clock.advance(by: .milliseconds(500))
                return try relay.counts().sent == 80
            }
        }
        #expect(relay.destination.state.taken.count == 80)
    }
}

/// Holds callers until it is opened.
final class Gate: Sendable {
    private let state = LockedBox<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
