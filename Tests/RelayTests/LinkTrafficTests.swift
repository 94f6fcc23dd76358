import Dispatch
import Foundation
import Observability
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Traffic of a link", .timeLimit(.minutes(2)))
struct LinkTrafficTests {
    private static func sized(_ count: Int, bytes: Int64) -> [NewDelivery] {
        (0..<count).map { number in
            var delivery = newDelivery(number)
            delivery.size = bytes
            return delivery
        }
    }

    /// As an association does it: a PDU at a time, each when the pace lets it go.
    private static func sending(pdu: Int)
        -> @Sendable (Delivery, @escaping DeliveryPace) async throws -> DeliveryOutcome
    {
        { delivery, pace in
            try pace(0)
            for start in stride(from: 0, to: Int(delivery.size), by: pdu) {
                try pace(min(pdu, Int(delivery.size) - start))
            }
            return .accepted
        }
    }

    @Test("all associations together keep to the limit within a tenth", arguments: [1, 2, 4])
    func limit(associations: Int) async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = associations...associations
        relay.configuration.usualPolicy.limit = DataRate("8 Mbit/s")
        let time = VirtualTime()
        relay.traffic = RelayTraffic(relay.configuration, time: time.pacer, wallClock: time.wallClock)
        relay.destination.carry(Self.sending(pdu: 100_000))
        try relay.enqueue(Self.sized(20, bytes: 1_000_000))
        try await relay.run {
            try await eventually("all sent") { try relay.counts().sent == 20 }
        }
        // 20 MB at 1 MB/s, by the time that the senders waited.
        let rate = 20_000_000 / (time.now / .seconds(1))
        #expect(rate < 1_100_000, "\(rate)")
        if associations == 1 { #expect(rate > 900_000, "\(rate)") }
        #expect(try #require(relay.traffic)[puning].pacer.passed == 20_000_000)
    }

    @Test("another carrier on the link shares its limit")
    func otherCarrier() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        relay.configuration.usualPolicy.limit = DataRate("8 Mbit/s")
        let time = VirtualTime()
        let traffic = RelayTraffic(relay.configuration, time: time.pacer, wallClock: time.wallClock)
        relay.traffic = traffic
        relay.destination.carry(Self.sending(pdu: 100_000))
        try relay.enqueue(Self.sized(10, bytes: 1_000_000))
        try await relay.run {
            for _ in 0..<50 { try traffic[puning].pacer.passBlocking(200_000) }
            try await eventually("all sent") { try relay.counts().sent == 10 }
        }
        #expect(20_000_000 / (time.now / .seconds(1)) < 1_100_000)
    }

    @Test("the line does not wait for the ledger between two instances")
    func noWaitForLedger() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let (isHeld, mayGo) = (LockedBox(false), DispatchSemaphore(value: 0))
        let database = relay.database
        relay.destination.answer { delivery in
            if delivery.sopInstance == SOPInstanceUID(unchecked: "1.2.1.0") {
                // From now on nothing can be written.
                Thread {
                    do {
                        try database.writeBlocking { _ in
                            isHeld.withLock { $0 = true }
                            mayGo.wait()
                        }
                    } catch {
                        Issue.record(error)
                    }
                }.start()
                try await eventually("the ledger is busy") { isHeld.withLock { $0 } }
            }
            return .accepted
        }
        try relay.enqueue((0..<40).map { newDelivery($0) })
        try await relay.run {
            defer { mayGo.signal() }
            try await eventually("a whole batch is sent meanwhile") {
                relay.destination.state.taken.count == relay.configuration.batch
            }
            #expect(try relay.counts().sent == 0)
            mayGo.signal()
            try await eventually("all sent, each once") { try relay.counts().sent == 40 }
        }
        #expect(relay.destination.state.tried.count == 40)
    }

    @Test("what was taken but not yet written down is not sent again when the line breaks")
    func brokenBeforeWritten() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.associations = 1...1
        let breaks = LockedBox(true)
        relay.destination.answer { delivery in
            if delivery.sopInstance == SOPInstanceUID(unchecked: "1.2.1.3"), breaks.withLock({ $0 }) {
                breaks.withLock { $0 = false }
                throw LinkDown()
            }
            return .accepted
        }
        try relay.enqueue((0..<8).map { newDelivery($0) })
        try await relay.run {
            try await eventually("broken") { relay.clock.sleeps.contains(.seconds(1)) }
            relay.clock.advance(by: .seconds(10))
            try await eventually("all sent") {
                relay.clock.advance(by: .milliseconds(10))
                return try relay.counts().sent == 8
            }
        }
        let tried = relay.destination.state.tried
        #expect(tried.count == 9)
        #expect(tried.count { $0 == SOPInstanceUID(unchecked: "1.2.1.0") } == 1)
    }

    @Test("the rate is written down while the link moves, and once more when it stands still")
    func report() async throws {
        var relay = try RelayFixture()
        relay.configuration.usualPolicy.limit = DataRate("80 Mbit/s")
        let clock = relay.clock
        relay.traffic = RelayTraffic(
            relay.configuration, time: PacerTime(now: { clock.now.offset }, block: { _ in }),
            wallClock: clock.wallClock)
        relay.destination.carry(Self.sending(pdu: 100_000))
        try relay.enqueue(Self.sized(8, bytes: 100_000))
        func rate() throws -> LinkRate? {
            try relay.database.readBlocking { try LinkLedger().rates(in: $0)[puning] }
        }
        try await relay.run {
            try await eventually("all sent") { try relay.counts().sent == 8 }
            try await eventually("a rate is known") {
                relay.clock.advance(by: .milliseconds(500))
                return try rate() != nil
            }
            let first = try #require(try rate())
            #expect(first.bytesPerSecond > 0)
            #expect(first.associations == 4)
            #expect(first.limit == DataRate("80 Mbit/s"))
            try await eventually("it stands still") {
                relay.clock.advance(by: .milliseconds(500))
                return try rate()?.bytesPerSecond == 0
            }
            let last = try #require(try rate())
            for _ in 0..<40 { relay.clock.advance(by: .milliseconds(500)) }
            #expect(try rate() == last)
        }
    }
}
