// How long things took.

/// Counts by the minute; what takes longer than four weeks counts as four weeks.
package struct Histogram: Hashable, Sendable {
    private static let longest = 28 * 1440
    private var minutes: [Int32: Int] = [:]
    package private(set) var count = 0
    private var sum = 0.0

    package init() {}

    package mutating func add(milliseconds: Int64) {
        let minute = Int32(min(Int64(Self.longest), max(0, milliseconds) / 60_000))
        minutes[minute, default: 0] += 1
        count += 1
        sum += Double(milliseconds) / 60_000
    }

    package mutating func add(_ other: Histogram) {
        for (minute, number) in other.minutes { minutes[minute, default: 0] += number }
        count += other.count
        sum += other.sum
    }

    /// In minutes; exact.
    package var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// In whole minutes, begun ones counted: half of what was counted took no longer than `percentile(50)`.
    package func percentile(_ hundredths: Double) -> Int {
        guard count > 0 else { return 0 }
        let wanted = max(1, Int((Double(count) * hundredths / 100).rounded(.up)))
        var seen = 0
        for (minute, number) in minutes.sorted(by: { $0.key < $1.key }) {
            seen += number
            if seen >= wanted { return Int(minute) + 1 }
        }
        return Self.longest
    }
}
