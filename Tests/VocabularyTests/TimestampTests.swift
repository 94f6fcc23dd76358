import Foundation
import Testing
import Vocabulary

@Suite("Timestamps")
struct TimestampTests {
    let noon = Timestamp(milliseconds: 1_795_262_400_123)

    @Test("are milliseconds on the link and in the database, to the millisecond")
    func codable() throws {
        #expect(try json(noon) == "1795262400123")
        #expect(try value(Timestamp.self, from: "1795262400123") == noon)
        #expect(try value(Timestamp.self, from: "-1") == Timestamp(milliseconds: -1))
        #expect(refusal(Timestamp.self, of: #""2026-11-21""#) != nil)
        #expect(refusal(Timestamp.self, of: "1.5") != nil)
        #expect(try value(Timestamp.self, from: "253402300799999")?.description == "9999-12-31T23:59:59.999Z")
        for text in ["253402300800000", "\(Int64.max)", "-62135596800001", "\(Int64.min)"] {
            #expect(refusal(Timestamp.self, of: text) != nil)
        }
    }

    @Test("read as ISO 8601 in UTC")
    func description() {
        #expect("\(Timestamp(milliseconds: 0))" == "1970-01-01T00:00:00.000Z")
        #expect("\(noon)" == "2026-11-21T12:00:00.123Z")
        #expect("\(Timestamp(milliseconds: -1))" == "1969-12-31T23:59:59.999Z")
        for fraction in 0..<1000 as Range<Int64> {
            let text = Timestamp(milliseconds: 1_795_262_400_000 + fraction).description
            #expect(text.hasSuffix(".\(String(1000 + fraction).dropFirst())Z"))
        }
    }

    @Test("survive Date and back", arguments: [0, 1, 999, -1, 1_795_262_400_123, 4_102_444_799_999] as [Int64])
    func date(milliseconds: Int64) {
        let timestamp = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(timestamp.date) == timestamp)
    }

    @Test("take durations away and give them back, backwards too where clocks disagree")
    func arithmetic() {
        #expect(noon + .seconds(90) - .milliseconds(90_000) == noon)
        #expect((noon + .seconds(2)).elapsed(since: noon) == .seconds(2))
        #expect(noon.elapsed(since: noon + .seconds(2)) == .seconds(-2))
        #expect(noon < noon + .milliseconds(1))
    }

    @Test(
        "Durations count in milliseconds, cutting what is finer",
        arguments: [
            (Duration.seconds(2), 2000), (.milliseconds(1), 1), (.microseconds(1999), 1), (.milliseconds(-1500), -1500),
            (.zero, 0),
        ] as [(Duration, Int64)])
    func durations(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
        #expect(duration.seconds == Double(milliseconds) / 1000)
    }

    @Test("The wall clock is the system's unless a test sets it")
    func clock() {
        let before = Timestamp(Date())
        let read = WallClock.system.now()
        #expect(before <= read && read <= Timestamp(Date()))
        #expect(WallClock { noon }.now() == noon)
    }
}
