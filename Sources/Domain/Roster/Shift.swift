// A part of the day, who works in it, and what is on their list.

import Vocabulary

package struct Shift: Hashable, Sendable {
    package var name: String
    /// On which the shift begins.
    package var days: Set<Weekday>
    /// Only on these dates, whatever the weekday; `nil`: every week.
    package var dates: Set<CivilDate>?
    package var off: Set<CivilDate>
    /// Minutes after midnight.
    package var from: Int
    /// Minutes after midnight, exclusive. Not after `from`: on the following day.
    package var to: Int
    package var readers: [String]
    /// `nil`: every work type.
    package var workTypes: Set<WorkType>?
    /// Where it stands in the file.
    package var location: RulePlace?

    package init(
        name: String, days: Set<Weekday> = Set(Weekday.allCases), dates: Set<CivilDate>? = nil,
        off: Set<CivilDate> = [], from: Int, to: Int, readers: [String], workTypes: Set<WorkType>? = nil,
        location: RulePlace? = nil
    ) {
        self.name = name
        self.days = days
        self.dates = dates
        self.off = off
        self.from = from
        self.to = to
        self.readers = readers
        self.workTypes = workTypes
        self.location = location
    }

    package func takes(_ workType: WorkType) -> Bool { workTypes?.contains(workType) ?? true }

    package func begins(on date: CivilDate) -> Bool {
        guard dates?.contains(date) ?? days.contains(date.weekday) else { return false }
        return !off.contains(date)
    }

    /// When the shift that begins on `date` is, if one does.
    package func occurrence(on date: CivilDate) -> Range<Timestamp>? {
        guard begins(on: date) else { return nil }
        return date.at(minute: from)..<date.at(minute: to > from ? to : to + LinkWindow.minutesPerDay)
    }

    package var hours: String { "\(LinkWindow.clock(from))–\(LinkWindow.clock(to))" }
}
