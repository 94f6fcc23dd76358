import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@testable import Relay

/// Time that passes only where somebody waits for it.
final class VirtualTime: Sendable {
    private let elapsed = LockedBox(Duration.zero)
    let start: Timestamp

    init(_ start: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) { self.start = start }

    var now: Duration { elapsed.withLock { $0 } }
    func advance(by duration: Duration) { elapsed.withLock { $0 += duration } }

    var pacer: PacerTime {
        PacerTime(now: { self.now }) { duration in
            let until = self.now + duration
            self.elapsed.withLock { $0 = max($0, until) }
        }
    }

    var wallClock: WallClock { WallClock { self.start + self.now } }
}

@Suite("The rate of a link")
struct LinkPacerTests {
    static let pdu = 131_072

    static func policy(_ limit: String?, _ windows: [LinkWindow] = []) throws -> LinkPolicy {
        var policy = LinkPolicy()
        policy.limit = try limit.map { try #require(DataRate($0)) }
        policy.windows = windows
        return policy
    }

    @Test("one sender keeps to the limit within a tenth", arguments: ["1 Mbit/s", "20 Mbit/s", "400 Mbit/s"])
    func oneSender(limit: String) throws {
        let time = VirtualTime()
        let policy = try Self.policy(limit)
        let pacer = LinkPacer(policy, time: time.pacer, wallClock: time.wallClock)
        let bytesPerSecond = try #require(policy.limit).bytesPerSecond
        // Half a minute's worth.
        while Double(pacer.passed) < 30 * bytesPerSecond { try pacer.passBlocking(Self.pdu) }
        let rate = Double(pacer.passed) / (time.now / .seconds(1))
        #expect((0.9...1.1).contains(rate / bytesPerSecond), "\(rate) of \(bytesPerSecond)")
    }

    @Test("two senders share one limit")
    func twoSenders() async throws {
        let time = VirtualTime()
        let pacer = LinkPacer(try Self.policy("20 Mbit/s"), time: time.pacer, wallClock: time.wallClock)
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask { for _ in 0..<200 { try pacer.passBlocking(Self.pdu) } }
            }
        }
        #expect(pacer.passed == 400 * Int64(Self.pdu))
        let rate = Double(pacer.passed) / (time.now / .seconds(1))
        #expect(rate < 2_500_000 * 1.1, "\(rate)")
    }

    @Test("without a limit nobody waits")
    func unlimited() throws {
        let time = VirtualTime()
        let pacer = LinkPacer(try Self.policy(nil), time: time.pacer, wallClock: time.wallClock)
        for _ in 0..<1000 { try pacer.passBlocking(Self.pdu) }
        #expect(time.now == .zero)
        #expect(pacer.passed == 1000 * Int64(Self.pdu))
    }

    @Test("a pause is not saved up for later")
    func noSaving() throws {
        let time = VirtualTime()
        let pacer = LinkPacer(try Self.policy("8 Mbit/s"), time: time.pacer, wallClock: time.wallClock)
        time.advance(by: .seconds(3600))
        let before = time.now
        for _ in 0..<100 { try pacer.passBlocking(100_000) }
        // 10 MB at 1 MB/s, less what the bucket held.
        #expect(time.now - before > .seconds(9))
        #expect(time.now - before < .seconds(11))
    }

    @Test("the rate changes as a window begins and ends")
    func windows() throws {
        // 07:59 on the wall.
        let midnight = 1_795_017_600_000 as Int64
        let time = VirtualTime(Timestamp(milliseconds: midnight + (7 * 60 + 59) * 60_000))
        #expect(Weekday.civil(time.start).minute == 7 * 60 + 59)
        let pacer = LinkPacer(
            try Self.policy("8 Mbit/s", [LinkWindow(from: 480, to: 481, rate: .factor(0.5))]), time: time.pacer,
            wallClock: time.wallClock)
        var passed: [Int64] = []
        for minute in 1...3 {
            let before = pacer.passed
            while time.now < .seconds(60 * minute) { try pacer.passBlocking(50_000) }
            passed.append(pacer.passed - before)
        }
        for (bytes, expected) in zip(passed, [60e6, 30e6, 60e6]) {
            #expect((0.95...1.05).contains(Double(bytes) / expected), "\(passed)")
        }
    }

    @Test("the wall clock being set leaves the rate alone")
    func clockJump() throws {
        let time = VirtualTime()
        let jump = LockedBox(Duration.zero)
        let pacer = LinkPacer(
            try Self.policy("8 Mbit/s"), time: time.pacer,
            wallClock: WallClock {
                time.start + time.now + jump.withLock { $0 }
            })
        for step in 0..<100 {
            jump.withLock { $0 = .seconds(step % 2 == 0 ? 86400 : -86400) }
            try pacer.passBlocking(100_000)
        }
        #expect(time.now > .seconds(9) && time.now < .seconds(11))
    }

    @Test("the most urgent passes first, and nobody passes beyond the rate")
    func urgentFirst() async throws {
        let clock = TestClock()
        let pacer = LinkPacer(
            try Self.policy("8 Mbit/s"), time: PacerTime(now: { clock.now.offset }, block: { _ in }),
            wallClock: clock.wallClock)
        let order = LockedBox<[Priority]>([])
        try await pacer.pass(1_000_000, clock: clock)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for priority in [Priority.routine, .routine, .stat, .urgent, .stat] {
                let sleepers = clock.sleeps.count
                group.addTask {
                    try await pacer.pass(250_000, priority: priority, clock: clock)
                    order.withLock { $0.append(priority) }
                }
                try await eventually("waits") { clock.sleeps.count == sleepers + 1 }
            }
            group.addTask {
                while order.withLock({ $0.count }) < 5 {
                    clock.advance(by: .milliseconds(5))
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == [.stat, .stat, .urgent, .routine, .routine])
        // 2.25 MB at 1 MB/s, less the bucket's quarter of a second.
        #expect(clock.now.offset >= .seconds(2))
    }

    @Test("a wait ends with its task", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let pacer = LinkPacer(try Self.policy("8 kbit/s"))
        try pacer.passBlocking(100_000)
        let waiting = Task.detached { try pacer.passBlocking(100_000) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(pacer.passed == 100_000)
    }

    @Test("the meter tells the last seconds, and forgets")
    func meter() {
        var meter = LinkMeter()
        #expect(meter.rate(at: .seconds(100)) == 0)
        for tenth in 0..<300 { meter.count(100_000, at: .milliseconds(100_000 + tenth * 100)) }
        #expect((0.95e6...1.05e6).contains(meter.rate(at: .seconds(130))))
        // A burst after a silence counts from its own beginning.
        #expect(meter.rate(at: .seconds(200)) == 0)
        meter.count(3_000_000, at: .seconds(200))
        #expect(meter.rate(at: .seconds(202)) == 1_500_000)
        #expect(meter.rate(at: .seconds(300)) == 0)
    }
}
