// When a link is used how much.

/// Part of the week in which a link's rate differs, by the time on the wall (`CivilTime`).
package struct LinkWindow: Hashable, Sendable, CustomStringConvertible {
    package enum Rate: Hashable, Sendable {
        case limit(DataRate)
        /// Of the link's own limit.
        case factor(Double)
        case unlimited
    }

    package static let minutesPerDay = 24 * 60

    /// Of the day on which the window begins.
    package var days: Set<Weekday>
    /// Minutes after midnight.
    package var from: Int
    /// Minutes after midnight, exclusive. Not after `from`: on the following day.
    package var to: Int
    package var rate: Rate

    package init(days: Set<Weekday> = Set(Weekday.allCases), from: Int, to: Int, rate: Rate) {
        self.days = days
        self.from = from
        self.to = to
        self.rate = rate
    }

    package func contains(_ time: Timestamp) -> Bool {
        let (day, minute) = Weekday.civil(time)
        if from < to { return days.contains(day) && (from..<to).contains(minute) }
        return (days.contains(day) && minute >= from) || (days.contains(day.previous) && minute < to)
    }

    package var description: String {
        let names = Weekday.allCases.filter(days.contains).map(\.rawValue).joined(separator: " ")
        let rate =
            switch rate {
            case .limit(let limit): "at most \(limit)"
            case .factor(let factor): "\(factor) of it"
            case .unlimited: "no limit"
            }
        return "\(rate) \(Self.clock(from))-\(Self.clock(to)) \(days.count == 7 ? "daily" : names)"
    }

    /// "08:30" of minutes after midnight.
    package static func clock(_ minutes: Int) -> String {
        let text = [minutes / 60, minutes % 60].map { String($0 + 100).dropFirst() }
        return text.joined(separator: ":")
    }

    /// "08:30"; "24:00" is the end of a day.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isNumber) }),
            parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<60).contains(minute),
            (0...24).contains(hour), hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }
}

package enum Weekday: String, Hashable, Codable, Sendable, CaseIterable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"

    package var previous: Weekday { Self.allCases[((Self.allCases.firstIndex(of: self) ?? 0) + 6) % 7] }

    /// Day and minute after midnight, on the wall.
    package static func civil(_ time: Timestamp) -> (day: Weekday, minute: Int) {
        let minutes = Int((Double(time.milliseconds) / 60_000).rounded(.down)) + CivilTime.secondsFromGMT / 60
        let days = Int((Double(minutes) / 1440).rounded(.down))
        // 1970-01-01 was a Thursday.
        return (allCases[((days + 3) % 7 + 7) % 7], minutes - days * 1440)
    }
}
