// How long things took, so that percentiles of months add up to those of a year.

/// A histogram of minutes: exact below four hours, to ten minutes below two days, to the hour above.
package struct Turnaround: Hashable, Codable, Sendable {
    /// Lower bound of the bucket in minutes → how many.
    package private(set) var buckets: [Int: Int] = [:]

    package init() {}

    /// SQL that rounds an expression of whole minutes down to its bucket, as `bucket(of:)` does.
    package static func sql(_ minutes: String) -> String {
        """
        CASE WHEN \(minutes) < 0 THEN 0 WHEN \(minutes) < 240 THEN \(minutes)
            WHEN \(minutes) < 2880 THEN \(minutes) / 10 * 10 ELSE \(minutes) / 60 * 60 END
        """
    }

    package static func bucket(of minutes: Int) -> Int {
        switch minutes {
        case ..<0: 0
        case ..<240: minutes
        case ..<2880: minutes / 10 * 10
        default: minutes / 60 * 60
        }
    }

    package mutating func add(minutes: Int, count: Int = 1) {
        if count > 0 { buckets[Self.bucket(of: minutes), default: 0] += count }
    }

    package var count: Int { buckets.values.reduce(0, +) }

    /// The least number of minutes within which `share` of all were done, by nearest rank; `nil` where there are none.
    package func percentile(_ share: Double) -> Int? {
        let total = count
        guard total > 0 else { return nil }
        let rank = max(1, Int((share * Double(total)).rounded(.up)))
        var seen = 0
        for (minutes, number) in buckets.sorted(by: { $0.key < $1.key }) {
            seen += number
            if seen >= rank { return minutes }
        }
        return nil
    }

    package static func + (lhs: Turnaround, rhs: Turnaround) -> Turnaround {
        var sum = lhs
        sum.buckets.merge(rhs.buckets, uniquingKeysWith: +)
        return sum
    }
}
