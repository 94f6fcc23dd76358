import Foundation
import Testing
import Vocabulary

@Suite("How a link is used")
struct LinkPolicyTests {
    /// On the wall in China; 2026-11-16 is a Monday.
    static func wall(_ day: Int, _ hour: Int, _ minute: Int = 0) throws -> Timestamp {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        let parts = DateComponents(year: 2026, month: 11, day: day, hour: hour, minute: minute)
        return Timestamp(try #require(calendar.date(from: parts)))
    }

    @Test(
        "rates are written as lines are sold",
        arguments: [
            ("20 Mbit/s", 20_000_000), ("512kbit/s", 512_000), ("2.5 Mbit/s", 2_500_000), ("1 Gbit/s", 1_000_000_000),
            ("8 kbit/s", 8_000), ("20 MB/s", nil), ("20", nil), ("0 Mbit/s", nil), ("-1 Mbit/s", nil), ("", nil),
            ("1 kbit/s", nil), ("9999999 Gbit/s", nil), ("1e3 Mbit/s", nil), ("Mbit/s", nil), ("nan Mbit/s", nil),
        ] as [(String, Int64?)])
    func rates(text: String, expected: Int64?) {
        #expect(DataRate(text)?.bitsPerSecond == expected)
    }

    @Test("a rate reads as it was written")
    func describedRates() {
        for text in ["20 Mbit/s", "512 kbit/s", "2.5 Mbit/s", "1 Gbit/s"] {
            #expect(DataRate(text)?.description == text)
        }
        #expect((DataRate(bitsPerSecond: 10_000) * 0.1) == .least)
    }

    @Test("half the rate in clinic hours, all of it at night and at the weekend")
    func clinicHours() throws {
        let week: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
        var policy = LinkPolicy()
        policy.limit = DataRate("20 Mbit/s")
        policy.windows = [LinkWindow(days: week, from: 8 * 60, to: 17 * 60 + 30, rate: .factor(0.5))]
        func limit(_ day: Int, _ hour: Int, _ minute: Int = 0) throws -> String? {
            policy.limit(at: try Self.wall(day, hour, minute))?.description
        }
        #expect(try limit(16, 7, 59) == "20 Mbit/s")
        #expect(try limit(16, 8) == "10 Mbit/s")
        #expect(try limit(20, 17, 29) == "10 Mbit/s")
        #expect(try limit(20, 17, 30) == "20 Mbit/s")
        #expect(try limit(21, 12) == "20 Mbit/s")
        #expect(try limit(22, 12) == "20 Mbit/s")
    }

    @Test("a window may last past midnight, and belongs to the day on which it begins")
    func overnight() throws {
        var policy = LinkPolicy()
        policy.limit = DataRate("4 Mbit/s")
        policy.windows = [LinkWindow(days: [.sunday], from: 22 * 60, to: 6 * 60, rate: .unlimited)]
        #expect(policy.limit(at: try Self.wall(22, 21, 59)) == policy.limit)
        #expect(policy.limit(at: try Self.wall(22, 22)) == nil)
        #expect(policy.limit(at: try Self.wall(23, 5, 59)) == nil)
        #expect(policy.limit(at: try Self.wall(23, 6)) == policy.limit)
        #expect(policy.limit(at: try Self.wall(23, 23)) == policy.limit)
    }

    @Test("the first window that holds counts")
    func order() throws {
        var policy = LinkPolicy()
        policy.windows = [
            LinkWindow(from: 12 * 60, to: 13 * 60, rate: .unlimited),
            LinkWindow(from: 0, to: 24 * 60, rate: .limit(DataRate(bitsPerSecond: 1_000_000))),
        ]
        #expect(policy.limit(at: try Self.wall(18, 12, 30)) == nil)
        #expect(policy.limit(at: try Self.wall(18, 0))?.bitsPerSecond == 1_000_000)
        #expect(policy.limit(at: try Self.wall(18, 23, 59))?.bitsPerSecond == 1_000_000)
    }

    @Test(
        "times of day",
        arguments: [
            ("08:30", 510), ("8:30", 510), ("24:00", 1440), ("00:00", 0), ("24:01", nil), ("08:60", nil), ("8", nil),
            ("08:3", nil), ("-1:00", nil), ("08:30:00", nil), ("", nil),
        ] as [(String, Int?)])
    func timesOfDay(text: String, expected: Int?) {
        #expect(LinkWindow.minutes(text) == expected)
    }
}
