// Months, quarters and years by China's time.

import Vocabulary

/// A month (`2026-11`), a quarter (`2026-Q4`) or a year (`2026`); it ends where the next begins.
package struct CivilPeriod: Hashable, Sendable, CustomStringConvertible {
    package enum Length: Int, Hashable, Sendable, CaseIterable {
        case month = 1
        case quarter = 3
        case year = 12
    }

    package let length: Length
    /// Months since January of the year 0.
    private let first: Int

    private init(length: Length, first: Int) {
        self.length = length
        self.first = first - first % length.rawValue
    }

    package init(_ length: Length, containing time: Timestamp) {
        let parts = CivilDate(of: time).description.split(separator: "-").compactMap { Int($0) }
        self.init(length: length, first: parts.count == 3 ? parts[0] * 12 + parts[1] - 1 : 1970 * 12)
    }

    /// `nil` for anything but `YYYY-MM`, `YYYY-Qn` and `YYYY`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let digits = parts.first, digits.count == 4, let year = Int(digits), (1970...9998).contains(year) else {
            return nil
        }
        if parts.count == 1 {
            self.init(length: .year, first: year * 12)
        } else if parts.count == 2, parts[1].count == 2, parts[1].hasPrefix("Q"),
            let number = Int(parts[1].dropFirst()),
            (1...4).contains(number)
        {
            self.init(length: .quarter, first: year * 12 + (number - 1) * 3)
        } else if parts.count == 2, parts[1].count == 2, let month = Int(parts[1]), (1...12).contains(month) {
            self.init(length: .month, first: year * 12 + month - 1)
        } else {
            return nil
        }
    }

    package var start: Timestamp { Self.start(ofMonth: first) }
    /// The first moment that is no longer in it.
    package var end: Timestamp { Self.start(ofMonth: first + length.rawValue) }

    package var previous: CivilPeriod { CivilPeriod(length: length, first: first - length.rawValue) }
    package var next: CivilPeriod { CivilPeriod(length: length, first: first + length.rawValue) }

    package var months: [CivilPeriod] {
        (0..<length.rawValue).map { CivilPeriod(length: .month, first: first + $0) }
    }

    /// The same time of the year, another length: the quarter that a month lies in, the first month of a quarter.
    package func with(_ length: Length) -> CivilPeriod { CivilPeriod(length: length, first: first) }

    package var description: String {
        let (year, month) = (first / 12, first % 12)
        switch length {
        case .month: return "\(year)-\(month < 9 ? "0" : "")\(month + 1)"
        case .quarter: return "\(year)-Q\(month / 3 + 1)"
        case .year: return "\(year)"
        }
    }

    private static func start(ofMonth month: Int) -> Timestamp {
        let text = "\(month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)-01"
        return CivilDate(text)?.start ?? Timestamp(milliseconds: 0)
    }
}
