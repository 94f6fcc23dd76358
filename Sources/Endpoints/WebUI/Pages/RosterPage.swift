// /roster: who is on duty now and in the coming week, and which shifts nobody covers.

import HTTPService
import Hummingbird
import Identity
import Roster
import StudyFlow
import Vocabulary
import Workload

struct RosterPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/roster", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(anyOf: [.radiologist, .operator])
        let renderer = web.renderer(request, context)
        let view = try await RosterDesk(web.flow).view()
        let page = RosterFields(
            view: view, workTypes: web.flow.workforce.rules.limits.workTypes, written: web.flow.workforce.written,
            mayMark: user.may(.operator), words: renderer.words)
        var fields = page.fields
        if request.query("fragment") != nil { return try renderer.fragment("roster-view", fields) }
        if user.may(.operator), view.isEditable {
            fields["editor"] = ["yaml": view.yaml ?? page.firstFile] as Fields
        }
        return try renderer.page("roster", title: renderer.words["roster.title"], script: "roster", fields)
    }
}

/// The roster in the page's words.
struct RosterFields {
    let view: RosterView
    let workTypes: [WorkTypeRule]
    let written: Roster?
    let mayMark: Bool
    let words: Words

    var fields: Fields {
        let duties = view.staff.duties
        var fields: Fields = [
            "isWritten": !view.staff.roster.isOpen, "dutyCount": duties.duties.count, "onDuty": duties.duties.map(duty),
            "days": days.map { day in
                [
                    "label": "\(words["weekday.\(day.weekday.rawValue)"]) \(day.description.dropFirst(5))",
                    "isToday": day == days.first,
                ] as Fields
            },
            "shifts": view.staff.roster.shifts.map(shift),
        ]
        if let next = duties.until { fields["nextChange"] = words("roster.nextChange", ["at": words.time(next)]) }
        if !view.uncovered.isEmpty {
            fields["uncovered"] = ["count": view.uncovered.count, "items": view.uncovered.map(gap)] as Fields
        }
        if !view.away.isEmpty {
            fields["away"] = ["count": view.away.count, "items": view.away.map(away)] as Fields
        }
        let strangers = (written?.readers ?? []).map(\.name).filter { view.staff.roster.reader($0) == nil }
        if !strangers.isEmpty {
            fields["strangers"] = words("roster.strangers", ["names": strangers.joined(separator: ", ")])
        }
        return fields
    }

    /// What the editor begins with where no roster is written: everybody who reads, in one shift.
    var firstFile: String {
        let names = view.staff.accounts.filter { !$0.isDisabled }.map(\.name)
        let readers = names.map { "  - name: \($0)\n" }.joined()
        return "readers:\n\(readers)shifts:\n  - name: 白班\n    days: mon-fri\n    from: 08:00\n    to: 18:00\n"
            + "    readers: [\(names.joined(separator: ", "))]\n"
            + "# 工作类型 / work types: \(workTypes.map(\.name.rawValue).joined(separator: ", "))\n"
    }

    private var days: [CivilDate] {
        let today = CivilDate(of: view.now)
        return (0..<7).map { today + $0 }
    }

    private func duty(_ duty: Duty) -> Fields {
        let desk = view.desks.first { $0.reader == duty.reader.name }
        return [
            "name": view.name(of: duty.reader.name), "account": duty.reader.name, "shift": duty.shift,
            "until": words.time(duty.until), "work": words.work(duty.workTypes?.sorted(), workTypes),
            "tasks": desk?.tasks ?? 0, "minutes": Int(((desk?.minutes ?? 0) * duty.reader.pace).rounded()),
            "mayMark": mayMark, "markBody": #"{"reader": "\#(duty.reader.name)", "minutes": 0}"#,
        ]
    }

    private func away(_ mark: AwayMark) -> Fields {
        [
            "name": view.name(of: mark.absence.reader), "account": mark.absence.reader, "note": mark.note ?? "",
            "when": "\(words.time(mark.absence.from)) – "
                + (mark.absence.until.map(words.time) ?? words["roster.untilBack"]),
            "mayMark": mayMark, "markBody": #"{"reader": "\#(mark.absence.reader)"}"#,
        ]
    }

    private func gap(_ gap: UncoveredShift) -> Fields {
        [
            "when": "\(words.time(gap.from)) – \(words.time(gap.to))", "isNow": gap.from <= view.now,
            "shift": gap.shift ?? words["roster.betweenShifts"], "work": words.work(gap.workTypes, workTypes),
        ]
    }

    // MARK: The week

    private func shift(_ shift: Shift) -> Fields {
        [
            "name": shift.name, "hours": shift.hours,
            "cells": days.map { cell(shift, on: $0) },
        ]
    }

    private func cell(_ shift: Shift, on day: CivilDate) -> Fields {
        guard let hours = shift.occurrence(on: day), hours.upperBound > view.now else { return [:] }
        let people = shift.readers.map { reader in
            let isAway = view.staff.absences.contains { absence in
                absence.reader == reader && absence.from <= hours.lowerBound
                    && absence.until.map { $0 >= hours.upperBound } ?? true
            }
            return (name: view.name(of: reader), isAway: isAway || view.staff.roster.reader(reader) == nil)
        }
        var fields: Fields = ["people": people.map { ["name": $0.name, "isAway": $0.isAway] as Fields }]
        let gaps = view.uncovered.filter {
            $0.shift == shift.name && $0.from < hours.upperBound && $0.to > hours.lowerBound
        }
        fields["isEmpty"] = people.allSatisfy(\.isAway)
        if !gaps.isEmpty { fields["tone"] = people.allSatisfy(\.isAway) ? "cell-uncovered" : "cell-part" }
        return fields
    }
}
