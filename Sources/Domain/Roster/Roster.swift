// Who reads when.

import Vocabulary

/// The readers and shifts of one node. Pure: times come in, nobody is asked. Absences (`AwayBook`) and accounts are
/// brought by the caller.
package struct Roster: Hashable, Sendable {
    package let readers: [RosterReader]
    package let shifts: [Shift]
    /// Work that somebody must be there for at every hour; a gap between shifts is shown.
    package let mustCover: Set<WorkType>
    /// No roster was written: everybody who reads is on duty at all hours, for everything.
    package let isOpen: Bool

    private let byName: [String: RosterReader]

    package init(
        readers: [RosterReader], shifts: [Shift], mustCover: Set<WorkType> = [], isOpen: Bool = false
    ) {
        self.readers = readers
        self.shifts = shifts
        self.mustCover = mustCover
        self.isOpen = isOpen
        byName = Dictionary(readers.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What holds where no roster was written.
    package static func open(_ readers: [RosterReader]) -> Roster {
        Roster(
            readers: readers,
            shifts: [Shift(name: "全天", from: 0, to: LinkWindow.minutesPerDay, readers: readers.map(\.name))],
            isOpen: true)
    }

    package func reader(_ name: String) -> RosterReader? { byName[name] }

    // MARK: Now

    /// Who is on duty at `time`, by name, and until when that holds. Work it out once and keep it until `until`.
    package func duties(at time: Timestamp, absences: [Absence] = []) -> DutyList {
        let today = CivilDate(of: time)
        var duties: [Duty] = []
        for shift in shifts {
            for date in [today + -1, today] {
                guard let hours = shift.occurrence(on: date), hours.contains(time) else { continue }
                for name in shift.readers {
                    guard let reader = byName[name],
                        !absences.contains(where: { $0.reader == name && $0.holds(at: time) })
                    else { continue }
                    duties.append(
                        Duty(reader: reader, shift: shift.name, workTypes: shift.workTypes, until: hours.upperBound))
                }
            }
        }
        return DutyList(
            duties: duties.sorted { $0.reader.name < $1.reader.name }, from: time,
            until: nextChange(after: time, absences: absences))
    }

    /// When a shift begins or ends, or an absence does, for the first time after `time`; `nil` where nothing will.
    package func nextChange(after time: Timestamp, absences: [Absence] = []) -> Timestamp? {
        let today = CivilDate(of: time)
        var next: Timestamp?
        func consider(_ candidate: Timestamp?) {
            guard let candidate, candidate > time else { return }
            next = min(next ?? candidate, candidate)
        }
        for absence in absences {
            consider(absence.from)
            consider(absence.until)
        }
        for shift in shifts {
            // A week and a day hold every change of a weekly shift; a date may lie further off.
            let dates = shift.dates.map { $0.filter { $0 >= today + -1 } } ?? Set((-1...8).map { today + $0 })
            for date in dates {
                let hours = shift.occurrence(on: date)
                consider(hours?.lowerBound)
                consider(hours?.upperBound)
            }
        }
        return next
    }
}

/// Somebody at work.
package struct Duty: Hashable, Sendable {
    package var reader: RosterReader
    package var shift: String
    /// `nil`: every work type.
    package var workTypes: Set<WorkType>?
    /// When the shift ends.
    package var until: Timestamp

    package func takes(_ demand: ReadingDemand) -> Bool {
        workTypes?.contains(demand.workType) ?? true && reader.canRead(demand)
    }
}

/// Everybody at work, from one time until another.
package struct DutyList: Hashable, Sendable {
    /// By the readers' names.
    package var duties: [Duty]
    package var from: Timestamp
    /// Somebody comes or goes then; `nil`: never.
    package var until: Timestamp?

    /// Those who may read it now, by name.
    package func readers(for demand: ReadingDemand) -> [Duty] { duties.filter { $0.takes(demand) } }

    package func covers(_ demand: ReadingDemand) -> Bool { duties.contains { $0.takes(demand) } }

    /// Somebody has this work on their list, whatever their speciality.
    package func covers(_ workType: WorkType) -> Bool {
        duties.contains { $0.workTypes?.contains(workType) ?? true }
    }

    package func duty(of reader: String) -> Duty? { duties.first { $0.reader.name == reader } }
}
