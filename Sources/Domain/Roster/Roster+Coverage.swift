// Shifts that nobody covers, seen before they start.

import Vocabulary

/// Work that nobody will be there for.
package struct UncoveredShift: Hashable, Sendable {
    /// `nil`: no shift has the work on its list at that time, and somebody must (`mustCover`).
    package var shift: String?
    package var workTypes: [WorkType]
    package var from: Timestamp
    package var to: Timestamp
}

extension Roster {
    /// Parts of shifts between `from` and `to` in which nobody who is there has a work type of the shift on their list,
    /// and the hours in which work that must be covered is on nobody's. In the order in which they begin.
    ///
    /// - Parameter workTypes: all there are, for shifts that take everything.
    package func uncovered(
        workTypes: [WorkType], from: Timestamp, to: Timestamp, absences: [Absence] = []
    ) -> [UncoveredShift] {
        guard from < to else { return [] }
        let occurrences = occurrences(from: from, to: to)
        let relevant = absences.filter { $0.from < to && $0.until.map { $0 > from } ?? true }
        let edges = Set(
            occurrences.flatMap { [$0.hours.lowerBound, $0.hours.upperBound] }
                + relevant.flatMap { [$0.from, $0.until].compactMap { $0 } } + [from, to]
        ).filter { from <= $0 && $0 <= to }.sorted()

        var open: [Gap: Timestamp] = [:]
        var found: [Gap: [Range<Timestamp>]] = [:]
        for (start, end) in zip(edges, edges.dropFirst()) {
            let running = occurrences.filter { $0.hours.contains(start) }
            let covered = Self.covered(running, workTypes, absences: relevant.filter { $0.holds(at: start) })
            var gaps: Set<Gap> = []
            for occurrence in running {
                for type in workTypes where occurrence.shift.takes(type) && !covered.contains(type) {
                    gaps.insert(Gap(shift: occurrence.shift.name, workType: type))
                }
            }
            for type in workTypes where mustCover.contains(type) && !covered.contains(type) {
                if !running.contains(where: { $0.shift.takes(type) }) { gaps.insert(Gap(shift: nil, workType: type)) }
            }
            for gap in gaps where open[gap] == nil { open[gap] = start }
            for (gap, since) in open where !gaps.contains(gap) {
                found[gap, default: []].append(since..<start)
                open[gap] = nil
            }
            guard end == to else { continue }
            for (gap, since) in open { found[gap, default: []].append(since..<to) }
        }
        return Self.grouped(found)
    }

    private struct Gap: Hashable {
        var shift: String?
        var workType: WorkType
    }

    private struct Occurrence {
        var shift: Shift
        var hours: Range<Timestamp>
    }

    private func occurrences(from: Timestamp, to: Timestamp) -> [Occurrence] {
        let days = (CivilDate(of: from) + -1).day...CivilDate(of: to).day
        return shifts.flatMap { shift in
            days.compactMap { day in
                shift.occurrence(on: CivilDate(day: day)).map { Occurrence(shift: shift, hours: $0) }
            }
        }.filter { $0.hours.lowerBound < to && $0.hours.upperBound > from }
    }

    private static func covered(
        _ running: [Occurrence], _ workTypes: [WorkType], absences: [Absence]
    ) -> Set<WorkType> {
        let away = Set(absences.map(\.reader))
        let manned = running.filter { !$0.shift.readers.allSatisfy(away.contains) }
        return Set(workTypes.filter { type in manned.contains { $0.shift.takes(type) } })
    }

    private static func grouped(_ found: [Gap: [Range<Timestamp>]]) -> [UncoveredShift] {
        struct Key: Hashable {
            var shift: String?
            var hours: Range<Timestamp>
        }
        var types: [Key: [WorkType]] = [:]
        for (gap, ranges) in found {
            for hours in ranges { types[Key(shift: gap.shift, hours: hours), default: []].append(gap.workType) }
        }
        return types.map { key, types in
            UncoveredShift(
                shift: key.shift, workTypes: types.sorted(), from: key.hours.lowerBound, to: key.hours.upperBound)
        }.sorted { ($0.from, $0.to, $0.shift ?? "") < ($1.from, $1.to, $1.shift ?? "") }
    }
}
