import Database
import TestSupport
import Testing
import Vocabulary

@testable import Relay

@Suite("Times of arrival")
struct LinkForecastTests {
    private func study(_ number: Int) -> StudyInstanceUID { StudyInstanceUID(unchecked: "1.2.\(number)") }

    @Test("follow the order of the queue, at the link's present rate")
    func order() throws {
        let relay = try RelayFixture()
        let now = relay.clock.timestamp
        // 10 kB, 20 kB and, queued last but first to go, 5 kB.
        try relay.enqueue((0..<10).map { newDelivery($0, study: 1) })
        relay.clock.advance(by: .seconds(1))
        try relay.enqueue((0..<20).map { newDelivery($0, study: 2) })
        relay.clock.advance(by: .seconds(1))
        try relay.enqueue((0..<5).map { newDelivery($0, study: 3, priority: .stat) })
        try relay.enqueue((0..<4).map { newDelivery($0, study: 1, to: jieyang) })
        try relay.database.writeBlocking {
            let rate = LinkRate(bytesPerSecond: 1000, associations: 4, limit: nil, at: now)
            try LinkLedger().recordRate(rate, to: puning, in: $0)
        }
        let forecast = try relay.database.readBlocking { try relay.ledger.forecast(at: now, in: $0) }
        #expect(forecast.arrival(of: study(3), at: puning) == .seconds(5))
        #expect(forecast.arrival(of: study(1), at: puning) == .seconds(15))
        #expect(forecast.arrival(of: study(2), at: puning) == .seconds(35))
        // Nothing is known of that link.
        #expect(forecast.arrival(of: study(1), at: jieyang) == nil)
        // What is sent is no longer waited for.
        try relay.database.writeBlocking {
            _ = try $0.execute("UPDATE delivery SET state = 'sent' WHERE study_instance_uid = '1.2.3'")
        }
        let later = try relay.database.readBlocking { try relay.ledger.forecast(at: now, in: $0) }
        #expect(later.arrival(of: study(3), at: puning) == nil)
        #expect(later.arrival(of: study(1), at: puning) == .seconds(10))
    }

    @Test("are not made from an old rate, or a link that stands still")
    func stale() throws {
        let relay = try RelayFixture()
        let now = relay.clock.timestamp
        try relay.enqueue([newDelivery(1)])
        func forecast(_ bytesPerSecond: Int64, at time: Timestamp) throws -> Duration? {
            try relay.database.writeBlocking {
                let rate = LinkRate(
                    bytesPerSecond: bytesPerSecond, associations: 2, limit: DataRate(bitsPerSecond: 9000), at: now)
                try LinkLedger().recordRate(rate, to: puning, in: $0)
            }
            return try relay.database.readBlocking {
                try relay.ledger.forecast(at: time, in: $0).arrival(of: study(1), at: puning)
            }
        }
        #expect(try forecast(500, at: now + .seconds(5)) == .seconds(2))
        #expect(try forecast(500, at: now + .seconds(20)) == nil)
        #expect(try forecast(0, at: now) == nil)
        let summary = try relay.database.readBlocking { try relay.ledger.summary(in: $0) }
        #expect(summary.first?.rate?.limit?.bitsPerSecond == 9000)
        #expect(summary.first?.rate?.associations == 2)
    }
}
