import Archive
import Foundation
import Testing
import Vocabulary

@Suite("Room on the disk")
struct SpaceTests {
    private static let gigabyte: Int64 = 1 << 30
    let reserve = SpaceReserve(minimumBytes: 10 << 30, minimumPercent: 5)

    @Test("the stricter of bytes and per cent is kept free")
    func reserves() {
        let small = FreeSpace(free: 11 << 30, total: 100 << 30)
        #expect(reserve.bytes(of: small) == 10 << 30)
        #expect(reserve.admits(1 << 30, in: small))
        #expect(!reserve.admits((1 << 30) + 1, in: small))
        let large = FreeSpace(free: 40 << 30, total: 1000 << 30)
        #expect(!reserve.admits(in: large))
        #expect(large.usedPercent == 96)
    }

    /// Free gigabytes at hours before now.
    private func forecast(_ samples: [(hoursAgo: Double, free: Int64)], free: Int64) throws -> SpaceForecast {
        let fixture = try ArchiveFixture()
        let (now, total) = (fixture.clock.now, 1000 * Self.gigabyte)
        return try fixture.database.writeBlocking { [reserve] transaction in
            for sample in samples {
                try SpaceBook().note(
                    FreeSpace(free: sample.free * Self.gigabyte, total: total),
                    at: now - .seconds(Int64(sample.hoursAgo * 3600)), in: transaction)
            }
            return try SpaceBook().forecast(
                FreeSpace(free: free * Self.gigabyte, total: total), reserve: reserve, at: now, in: transaction)
        }
    }

    @Test("hours are counted until images are refused, at the fastest rate of the last hours, day and week")
    func hours() throws {
        // 10 GB an hour for a day, 50 GB left above the reserve.
        let steady = try forecast([(24, 340), (12, 220), (3, 130)], free: 100)
        #expect(steady.hoursLeft == 5)
        #expect(steady.concern == .urgent)
        // A quiet night after a busy day hides nothing.
        let night = try forecast([(24, 340), (3, 100)], free: 100)
        #expect(night.hoursLeft == 5)
        // Eviction made room: the disk empties.
        let emptied = try forecast([(24, 100)], free: 500)
        #expect(emptied.timeLeft == nil)
        #expect(emptied.concern == .none)
        #expect(try forecast([], free: 500).timeLeft == nil)
        #expect(try forecast([(24, 700)], free: 600).concern == .none)
        #expect(try forecast([(24, 208)], free: 160).concern == .soon)
        #expect(try forecast([], free: 49).concern == .full)
    }

    @Test("a window of the day goes over midnight")
    func window() throws {
        let night = try #require(DailyWindow("22:00-06:00"))
        // 2026-11-21 15:00 UTC is 23:00 on the wall in China.
        let time = Timestamp(milliseconds: 1_795_273_200_000)
        #expect(night.contains(time))
        #expect(night.contains(time + .seconds(6 * 3600)))
        #expect(!night.contains(time + .seconds(7 * 3600)))
        #expect(!night.contains(time - .seconds(3601)))
        #expect(try #require(DailyWindow("12:00-13:00")).contains(time + .seconds(13 * 3600)))
        for wrong in ["", "22:00", "22-06", "22:00-22:00", "25:00-06:00"] { #expect(DailyWindow(wrong) == nil) }
    }
}
