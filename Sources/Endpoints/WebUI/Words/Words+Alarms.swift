// Work that runs late, in words.

import Foundation
import Roster
import StudyFlow
import Vocabulary
import Workload

extension Words {
    /// `nil` where nothing is wrong.
    func alarmFields(_ alarms: AssignmentAlarms) -> Fields? {
        var fields: Fields = [:]
        if alarms.tasks.overdue > 0, let oldest = alarms.oldestOverdue {
            fields["overdue"] =
                [
                    "text": self(
                        "alarm.overdue", ["count": alarms.tasks.overdue, "span": dueSpan(oldest)]),
                    "detail": alarms.tasks.overdueByWorkType.sorted { $0.key < $1.key }
                        .map { "\(label($0.key, alarms.workTypes)) \($0.value)" }.joined(separator: "，"),
                ] as Fields
        }
        let nearing = (alarms.tasks.waiting[.institution] ?? 0) + (alarms.tasks.waiting[.tier] ?? 0)
        if nearing > 0 { fields["nearing"] = self("alarm.nearing", ["count": nearing]) }
        if let gap = alarms.uncoveredNow.first {
            fields["uncovered"] =
                ["text": self("alarm.uncoveredNow", ["work": work(gap.workTypes, alarms.workTypes)])] as Fields
        } else if let gap = alarms.uncovered.first, gap.from < alarms.now + .seconds(24 * 3600) {
            fields["uncovered"] =
                [
                    "text": self(
                        "alarm.uncoveredSoon",
                        ["when": time(gap.from), "work": work(gap.workTypes, alarms.workTypes)])
                ] as Fields
        }
        return fields.isEmpty ? nil : fields
    }

    func label(_ type: WorkType, _ rules: [WorkTypeRule]) -> String {
        rules.first { $0.name == type }.map(label) ?? type.rawValue
    }

    /// All of them are said in a word.
    func work(_ types: [WorkType]?, _ rules: [WorkTypeRule]) -> String {
        guard let types, types.count < rules.count else { return self["roster.allWork"] }
        return types.map { label($0, rules) }.joined(separator: "、")
    }

    /// As the page's script says it: hours with their minutes.
    func dueSpan(_ duration: Duration) -> String {
        let minutes = duration.milliseconds / 60_000
        guard (60..<(24 * 60)).contains(minutes) else { return age(duration) }
        return self("due.hours", ["hours": minutes / 60, "minutes": minutes % 60])
    }
}
