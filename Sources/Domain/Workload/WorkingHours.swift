// The hours in which working minutes pass.

import Vocabulary

/// Parts of each day of the week, holidays, and the days that are worked in their stead (调休).
package struct WorkingHours: Hashable, Sendable {
    package let spans: [Span]
    /// Minutes after midnight, in order and apart from one another; by the day of the week, Monday first.
    private let hours: [[Range<Int>]]
    /// Hours of a day that is worked in a holiday's stead: those of the first day of the week that has any.
    private let substitute: [Range<Int>]
    package let holidays: Set<CivilDate>
    /// Worked although it is a day off by the week.
    package let workdays: Set<CivilDate>

    package struct Span: Hashable, Sendable {
        package var days: Set<Weekday>
        /// Minutes after midnight.
        package var from: Int
        package var to: Int

        package init(days: Set<Weekday>, from: Int, to: Int) {
            self.days = days
            self.from = from
            self.to = to
        }
    }

    package init(_ spans: [Span], holidays: Set<CivilDate> = [], workdays: Set<CivilDate> = []) {
        self.spans = spans
        hours = Weekday.allCases.map { day in
            let minutes = spans.filter { $0.days.contains(day) && $0.from < $0.to }.map { $0.from..<$0.to }
                .sorted { $0.lowerBound < $1.lowerBound }
            return minutes.reduce(into: []) { joined, next in
                if let last = joined.last, next.lowerBound <= last.upperBound {
                    joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, next.upperBound)
                } else {
                    joined.append(next)
                }
            }
        }
        substitute = hours.first { !$0.isEmpty } ?? []
        self.holidays = holidays
        self.workdays = workdays
    }

    package func hours(on date: CivilDate) -> [Range<Int>] {
        if workdays.contains(date) { return substitute }
        if holidays.contains(date) { return [] }
        return hours[((date.day + 3) % 7 + 7) % 7]
    }

    /// When this much working time has passed since `start`. Without working hours within the next two years all
    /// time counts.
    package func add(milliseconds: Int64, to start: Timestamp) -> Timestamp {
        var left = milliseconds
        let first = CivilDate(of: start)
        guard left > 0 else { return start }
        for offset in 0..<730 {
            let date = first + offset
            for range in hours(on: date) {
                let begin = max(date.at(minute: range.lowerBound), start)
                let end = date.at(minute: range.upperBound)
                guard begin < end else { continue }
                let length = end.milliseconds - begin.milliseconds
                if left <= length { return Timestamp(milliseconds: begin.milliseconds + left) }
                left -= length
            }
        }
        return Timestamp(milliseconds: start.milliseconds + milliseconds)
    }

    package func contains(_ time: Timestamp) -> Bool {
        let date = CivilDate(of: time)
        return hours(on: date).contains {
            date.at(minute: $0.lowerBound) <= time && time < date.at(minute: $0.upperBound)
        }
    }
}
