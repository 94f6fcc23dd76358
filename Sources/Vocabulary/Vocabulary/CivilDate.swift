// A day on the calendar on the wall.

/// One day by China's time (`CivilTime`), without a clock: `2026-11-21`.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package var day: Int

    package init(day: Int) { self.day = day }

    package init(of time: Timestamp) {
        let shifted = time.milliseconds + Int64(CivilTime.secondsFromGMT) * 1000
        day = Int(shifted >= 0 ? shifted / Self.milliseconds : (shifted - Self.milliseconds + 1) / Self.milliseconds)
    }

    /// `nil` for anything but a day that exists, as `YYYY-MM-DD`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let dayOfMonth = Int(parts[2]),
            (1...12).contains(month), (1...31).contains(dayOfMonth)
        else { return nil }
        self.init(year: year, month: month, dayOfMonth: dayOfMonth)
        guard description == text else { return nil }
    }

    /// The proleptic Gregorian calendar in eras of 400 years that begin on 1 March.
    private init(year: Int, month: Int, dayOfMonth: Int) {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + dayOfMonth - 1
        day = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    package var weekday: Weekday { Weekday.allCases[((day + 3) % 7 + 7) % 7] }

    /// Midnight, at which the day begins.
    package var start: Timestamp { at(minute: 0) }

    /// `minute` after midnight; 1440 is the end of the day.
    package func at(minute: Int) -> Timestamp {
        Timestamp(
            milliseconds: Int64(day) * Self.milliseconds + Int64(minute) * 60_000
                - Int64(CivilTime.secondsFromGMT) * 1000)
    }

    package static func + (lhs: Self, days: Int) -> Self { Self(day: lhs.day + days) }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.day < rhs.day }

    package var description: String {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static let milliseconds: Int64 = 86_400_000
}
