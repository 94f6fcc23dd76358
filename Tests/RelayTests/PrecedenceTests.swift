import Database
import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@testable import Relay

/// A link that writes down each PDU that leaves, and lets the test hold the one that may leave next.
final class PacedLink: Sendable {
    struct Entry: Hashable {
        var study: StudyInstanceUID
        var priority: Priority
    }

    private let log = LockedBox<[Entry]>([])
    let pdus: Int

    init(pdus: Int) { self.pdus = pdus }

    var written: [Entry] { log.withLock { $0 } }
    func count(of study: Int) -> Int { written.count { $0.study.rawValue == "1.2.\(study)" } }

    /// Writes an instance of `pdus` PDUs, each when it may go, a moment apart, on a thread of its own as an association does.
    func send(_ delivery: Delivery, pace: @escaping DeliveryPace, hold: Gate? = nil) async throws -> DeliveryOutcome {
        for number in 0..<pdus {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let thread = Thread { [log] in
                    do {
                        try pace(1000)
                        log.withLock { $0.append(Entry(study: delivery.study, priority: delivery.priority)) }
                        Thread.sleep(forTimeInterval: 0.001)
                        continuation.resume()
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
                thread.start()
            }
            if number == 0 { await hold?.wait() }
        }
        return .accepted
    }
}

@Suite("Precedence on a link", .timeLimit(.minutes(2)))
struct PrecedenceTests {
    @Test("once a STAT delivery has begun, no routine PDU leaves before it is done")
    func order() async throws {
        let relay = try RelayFixture()
        let link = PacedLink(pdus: 200)
        relay.destination.carry { try await link.send($0, pace: $1) }
        try relay.enqueue((0..<12).map { newDelivery($0) })
        try await relay.run {
            try await eventually("four routine ones are on their way") { link.count(of: 1) > 20 }
            try relay.enqueue((0..<3).map { newDelivery($0, study: 9, priority: .stat) })
            relay.signal.poke(puning, priority: .stat)
            try await eventually("all sent") { try relay.counts().sent == 15 }
            // Paused associations were kept, and went on where they were.
            #expect(relay.destination.state.aborted == 0)
        }
        let studies = link.written.map(\.priority)
        let first = try #require(studies.firstIndex(of: .stat))
        let last = try #require(studies.lastIndex(of: .stat))
        // Each association may have passed its gate just before STAT took the link.
        #expect(studies[first...last].count { $0 == .routine } <= 4)
        #expect(studies[(first + 8)...last].allSatisfy { $0 == .stat })
        #expect(studies[..<first].count < 12 * 200)
        #expect(relay.destination.state.tried.count == 15)
        #expect(link.written.count == 15 * 200)
    }

    @Test("urgent gives way to STAT and precedes routine")
    func threeLevels() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let link = PacedLink(pdus: 600)
        relay.destination.carry { try await link.send($0, pace: $1) }
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("routine on its way") { link.count(of: 1) > 5 }
            try relay.enqueue([newDelivery(1, study: 2, priority: .urgent)])
            relay.signal.poke(puning, priority: .urgent)
            try await eventually("urgent on its way") { link.count(of: 2) > 5 }
            try relay.enqueue([newDelivery(1, study: 3, priority: .stat)])
            relay.signal.poke(puning, priority: .stat)
            try await eventually("all sent") { try relay.counts().sent == 3 }
        }
        let order = relay.destination.state.taken.map(\.rawValue)
        #expect(order == ["1.2.3.1", "1.2.2.1", "1.2.1.1"])
        #expect(relay.destination.state.mostOpen == 3)
    }

    @Test("what is on the wire stops giving way when its study becomes STAT, and its leased rows go first")
    func raised() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 2...2
        let link = PacedLink(pdus: 300)
        relay.destination.carry { try await link.send($0, pace: $1) }
        // Study 1 and study 2 on the wire and leased; study 3 urgent before both.
        try relay.enqueue((0..<8).flatMap { [newDelivery($0), newDelivery($0, study: 2)] })
        try await relay.run {
            try await eventually("both associations are busy") { link.written.count > 10 }
            try relay.enqueue([newDelivery(1, study: 3, priority: .urgent)])
            relay.signal.poke(puning, priority: .urgent)
            try await eventually("urgent on its way") { link.count(of: 3) > 2 }
            let ledger = relay.ledger
            _ = try await relay.database.write {
                try ledger.setPriority(.stat, ofStudy: StudyInstanceUID(unchecked: "1.2.2"), in: $0)
            }
            relay.signal.reconsider()
            try await eventually("all sent") { try relay.counts().sent == 17 }
            #expect(relay.destination.state.aborted == 0)
        }
        let taken = relay.destination.state.taken.map(\.rawValue)
        let lastRaised = try #require(taken.lastIndex { $0.hasPrefix("1.2.2.") })
        let urgent = try #require(taken.firstIndex(of: "1.2.3.1"))
        // The urgent one waits for the eight raised ones; at most those of study 1 were done that were under way.
        #expect(urgent > lastRaised)
        #expect(taken[..<lastRaised].count { $0.hasPrefix("1.2.1.") } <= 2)
    }

    @Test("what another process changed is noticed without a signal")
    func otherProcess() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let attempts = LockedBox(0)
        relay.destination.answer { _ in
            let attempt = attempts.withLock { attempts in
                attempts += 1
                return attempts
            }
            return attempt == 1 ? .refused(.conflictingInstance, comment: "") : .accepted
        }
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("parked") { try relay.counts().parked == 1 }
            try await eventually("the watch sleeps") { relay.clock.sleeps.contains(.milliseconds(500)) }
            let (ledger, id) = (relay.ledger, try relay.deliveries()[0].id)
            try await relay.database.write { _ = try ledger.retry([id], by: "cli", in: $0) }
            relay.clock.advance(by: .milliseconds(500))
            try await eventually("sent") { try relay.counts().sent == 1 }
        }
    }

    @Test("a pause ends with the relay, and the paused instance is sent after the next start")
    func cancelled() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let link = PacedLink(pdus: 30)
        let hold = Gate()
        relay.destination.carry { delivery, pace in
            try await link.send(delivery, pace: pace, hold: delivery.priority == .stat ? hold : nil)
        }
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("routine on its way") { link.count(of: 1) > 3 }
            try relay.enqueue([newDelivery(1, study: 3, priority: .stat)])
            relay.signal.poke(puning, priority: .stat)
            try await eventually("STAT on its way") { link.count(of: 3) == 1 }
            let task = Task {
                try await Task.sleep(for: .milliseconds(50))
                hold.open()
            }
            _ = task
        }
        let counts = try relay.counts()
        #expect(counts.waiting + counts.sent == 2 && counts.sending == 0)
        #expect(try relay.deliveries().allSatisfy { $0.attempts == ($0.state == .sent ? 1 : 0) })
    }

    @Test("routine goes on when the urgent association breaks")
    func broken() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let link = PacedLink(pdus: 600)
        relay.destination.carry { delivery, pace in
            if delivery.priority == .stat {
                _ = try await PacedLink(pdus: 2).send(delivery, pace: pace)
                throw LinkDown()
            }
            return try await link.send(delivery, pace: pace)
        }
        try relay.enqueue([newDelivery(1)])
        try await relay.run {
            try await eventually("routine on its way") { link.count(of: 1) > 3 }
            try relay.enqueue([newDelivery(1, study: 3, priority: .stat)])
            relay.signal.poke(puning, priority: .stat)
            try await eventually("routine sent") { try relay.counts().sent == 1 }
        }
        let stat = try #require(try relay.deliveries().first { $0.priority == .stat })
        #expect(stat.state == .waiting && stat.attempts == 1)
    }

    @Test("turns are counted by level, and room is announced to whoever was refused")
    func turns() throws {
        let told = LockedBox(0)
        let precedence = LinkPrecedence(limit: 2, onRoom: { told.withLock { $0 += 1 } })
        let first = try #require(precedence.enter(.routine))
        let second = try #require(precedence.enter(.routine))
        #expect(precedence.enter(.routine) == nil)
        let urgent = try #require(precedence.enter(.urgent))
        let stat = try #require(precedence.enter(.stat))
        #expect(!stat.move(to: .routine))
        #expect(precedence.enter(.urgent) == nil)
        try stat.pass()
        stat.leave()
        stat.leave()
        #expect(told.withLock { $0 } == 1)
        urgent.reprioritise(.routine)
        #expect(precedence.enter(.routine) == nil)
        second.cancel()
        #expect(throws: CancellationError.self) { try second.pass() }
        for turn in [first, second, urgent] { turn.leave() }
        #expect(precedence.hasRoom(.routine) && precedence.paused == 0)
    }

    @Test("a destination that gives STAT no association gets one back from a paused routine one")
    func evicted() async throws {
        let precedence = LinkPrecedence(limit: 4)
        let routine = try #require(precedence.enter(.routine))
        let stat = try #require(precedence.enter(.stat))
        let ended = LockedBox(false)
        let thread = Thread {
            do { try routine.pass() } catch { ended.withLock { $0 = true } }
        }
        thread.start()
        try await eventually("paused") { precedence.paused == 1 }
        precedence.evict(below: .stat)
        try await eventually("given up") { ended.withLock { $0 } }
        stat.leave()
    }
}
