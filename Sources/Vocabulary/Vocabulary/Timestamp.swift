// Points in time as the database and the link carry them.

import Foundation

/// Milliseconds since 1970-01-01T00:00:00Z, by the clock of the node that wrote it.
package struct Timestamp: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    package static func + (lhs: Self, rhs: Duration) -> Self { Self(milliseconds: lhs.milliseconds + rhs.milliseconds) }
    package static func - (lhs: Self, rhs: Duration) -> Self { Self(milliseconds: lhs.milliseconds - rhs.milliseconds) }

    /// How long after `earlier` this is; negative where the clocks disagree.
    package func elapsed(since earlier: Timestamp) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }

    /// ISO 8601 in UTC with milliseconds. A date counts in binary fractions and would print some of them one less.
    package var description: String {
        let fraction = (milliseconds % 1000 + 1000) % 1000
        let seconds = Timestamp(milliseconds: milliseconds - fraction).date.formatted(.iso8601)
        return "\(seconds.dropLast()).\(String(fraction + 1000).dropFirst())Z"
    }

    /// Years 1 to 9999, as ISO 8601 writes them.
    private static let written: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// - Throws: for a time outside the years that can be written: other nodes' times are added to and counted from,
    ///   and at the end of the integers that would stop the node.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        milliseconds = try container.decode(Int64.self)
        guard Self.written.contains(milliseconds) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a time outside years 1 to 9999")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Duration {
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    package var seconds: Double { Double(milliseconds) / 1000 }
}

/// The wall clock, injected so that tests set it. A closure, because a store needs the time and nothing else.
package struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    package init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    package static let system = WallClock { Timestamp(Date()) }

    package func now() -> Timestamp { read() }
}
