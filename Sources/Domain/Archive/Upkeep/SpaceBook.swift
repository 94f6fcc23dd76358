// How fast the disk fills.

import Database
import Vocabulary

/// Free space as it was seen every few minutes: the difference is net of everything that came and went, eviction and
/// the database included, and costs intake nothing.
package struct SpaceBook: Sendable {
    private static let kept: Duration = .seconds(8 * 24 * 3600)

    package init() {}

    package func note(_ space: FreeSpace, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO space_sample (at, free, total) VALUES (?, ?, ?)
            ON CONFLICT (at) DO UPDATE SET free = excluded.free, total = excluded.total
            """, time, space.free, space.total)
        try transaction.execute("DELETE FROM space_sample WHERE at < ?", time - Self.kept)
    }

    package func latest(in database: some DatabaseReading) throws -> Timestamp? {
        try database.row("SELECT max(at) AS latest FROM space_sample")?[optional: "latest"]
    }

    /// When the disk will have no room for images.
    package func forecast(
        _ space: FreeSpace, reserve: SpaceReserve, at now: Timestamp, in database: some DatabaseReading
    ) throws -> SpaceForecast {
        let rates = try SpaceForecast.windows.compactMap { window -> Double? in
            guard
                let earlier = try database.row(
                    "SELECT at, free FROM space_sample WHERE at >= ? AND at <= ? AND total = ? ORDER BY at LIMIT 1",
                    now - window, now - SpaceForecast.shortest, space.total)
            else { return nil }
            let elapsed = now.elapsed(since: try earlier["at"]).seconds
            return Double(try earlier["free", as: Int64.self] - space.free) / elapsed
        }
        return SpaceForecast(space: space, reserved: reserve.bytes(of: space), bytesPerSecond: rates.max())
    }
}

/// How long the disk lasts at the present rate.
package struct SpaceForecast: Hashable, Sendable {
    /// The fastest of these counts: a busy clinic must not be hidden by a quiet week, nor a busy week by a quiet night.
    static let windows: [Duration] = [.seconds(3 * 3600), .seconds(24 * 3600), .seconds(7 * 24 * 3600)]
    /// Less than this says nothing about a rate.
    static let shortest: Duration = .seconds(15 * 60)
    /// Time enough to order a disk, or to find out why nothing can be evicted.
    static let early: Duration = .seconds(72 * 3600)
    static let late: Duration = .seconds(24 * 3600)

    package enum Concern: String, Hashable, Codable, Sendable, CaseIterable {
        case none
        /// Less than three days.
        case soon
        /// Less than a day.
        case urgent
        /// Images are refused.
        case full
    }

    package var space: FreeSpace
    /// What images may not use.
    package var reserved: Int64
    /// Net of eviction; `nil` until there is something to compare with, negative while the disk empties.
    package var bytesPerSecond: Double?

    /// Left for images.
    package var usable: Int64 { max(0, space.free - reserved) }

    /// `nil` while the disk doesn't fill, or fills so slowly that it outlasts itself.
    package var timeLeft: Duration? {
        guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
        let seconds = Double(usable) / bytesPerSecond
        return seconds < 10 * 365 * 24 * 3600 ? .seconds(Int64(seconds)) : nil
    }

    package var hoursLeft: Int? { timeLeft.map { Int($0.seconds / 3600) } }

    package var concern: Concern {
        if space.free < reserved { return .full }
        guard let timeLeft else { return .none }
        return timeLeft < Self.late ? .urgent : timeLeft < Self.early ? .soon : .none
    }
}
