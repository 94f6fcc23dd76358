// Days, dates and times of day as people write them.

import Vocabulary

extension RuleNode {
    /// `mon`, `[mon, wed]` or `mon-fri`.
    package func weekdays(_ name: String) throws -> Set<Weekday> {
        let form = "days such as mon, mon-fri or [mon, wed, fri]"
        let days = try oneOrMany(name).flatMap { node -> [Weekday] in
            try node.value(name, form) { text in
                let ends = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
                    .map { Weekday(rawValue: String($0)) }
                guard let first = ends.first ?? nil else { return nil }
                if ends.count == 1 { return [first] }
                guard ends.count == 2, let last = ends[1], let from = Weekday.allCases.firstIndex(of: first),
                    let to = Weekday.allCases.firstIndex(of: last)
                else { return nil }
                return (0...((to - from + 7) % 7)).map { Weekday.allCases[(from + $0) % 7] }
            }
        }
        guard !days.isEmpty else { throw fault(.wrongValue, "'\(name)' names no day; leave it out for every day") }
        return Set(days)
    }

    /// `2026-10-01`, `2026-10-01..2026-10-07`, or a list of such.
    package func dates(_ name: String) throws -> Set<CivilDate> {
        var found: Set<CivilDate> = []
        for node in try oneOrMany(name) {
            let range = try node.value(name, "dates such as 2026-10-01 or 2026-10-01..2026-10-07, at most a year long")
            {
                text -> ClosedRange<CivilDate>? in
                let ends = text.replacing("..", with: " ").split(separator: " ").map { CivilDate(String($0)) }
                guard let first = ends.first ?? nil else { return nil }
                if ends.count == 1 { return first...first }
                guard ends.count == 2, let last = ends[1], first <= last, last.day - first.day <= 366 else {
                    return nil
                }
                return first...last
            }
            for day in range.lowerBound.day...range.upperBound.day { found.insert(CivilDate(day: day)) }
        }
        return found
    }

    /// Minutes after midnight.
    package func timeOfDay(_ name: String) throws -> Int {
        try value(name, "a time of day such as 08:30", LinkWindow.minutes)
    }
}
