// Nobody works in two shifts at once.

import Vocabulary

extension Roster {
    /// - Throws: `RosterError.overlappingShifts` with the first reader and time.
    func checkOverlaps() throws {
        for (index, shift) in shifts.enumerated() {
            for other in shifts[..<index] {
                guard let reader = shift.readers.first(where: other.readers.contains),
                    let time = Self.overlap(shift, other)
                else { continue }
                let (day, minute) = Weekday.civil(time)
                throw RosterError(
                    code: .overlappingShifts,
                    message: (shift.location.map { "\($0): " } ?? "")
                        + "'\(reader)' stands in the shifts '\(other.name)' and '\(shift.name)' at the same time: "
                        + "\(day.rawValue) \(CivilDate(of: time)) \(LinkWindow.clock(minute)); take the reader out of "
                        + "one, or change the hours")
            }
        }
    }

    /// A time that lies in both.
    private static func overlap(_ one: Shift, _ other: Shift) -> Timestamp? {
        for date in dates(one, other) {
            guard let hours = one.occurrence(on: date) else { continue }
            for day in -1...1 {
                guard let others = other.occurrence(on: date + day), hours.overlaps(others) else { continue }
                return max(hours.lowerBound, others.lowerBound)
            }
        }
        return nil
    }

    /// Where single dates are named, those; else a week after every day off, which then stands for all weeks.
    private static func dates(_ one: Shift, _ other: Shift) -> [CivilDate] {
        if let dates = one.dates { return dates.sorted() }
        if let dates = other.dates { return Set(dates.flatMap { [$0 + -1, $0, $0 + 1] }).sorted() }
        let after = (one.off.union(other.off).map(\.day).max() ?? 20_000) + 2
        return (0..<7).map { CivilDate(day: after + $0) }
    }
}
