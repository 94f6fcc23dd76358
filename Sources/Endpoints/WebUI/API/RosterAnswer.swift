// The roster as the JSON API tells it.

import HTTPService
import Roster
import StudyFlow
import Vocabulary

struct RosterAnswer: Encodable, Sendable {
    struct OnDuty: Encodable, Sendable {
        var reader: String
        var displayName: String
        var shift: String
        var until: String
        /// Left out: all.
        var workTypes: [String]?
        /// Predicted, of what they hold or have on their list.
        var minutes: Double
        var tasks: Int
    }

    struct Away: Encodable, Sendable {
        var reader: String
        var displayName: String
        var from: String
        var until: String?
        var note: String?
    }

    struct Uncovered: Encodable, Sendable {
        var shift: String?
        var workTypes: [String]
        var from: String
        var to: String
    }

    var isWritten: Bool
    var isEditable: Bool
    var onDuty: [OnDuty]
    var away: [Away]
    var uncovered: [Uncovered]
    var nextChangeAt: String?
    var yaml: String?

    init(_ view: RosterView, mayEdit: Bool) {
        let desks = Dictionary(view.desks.map { ($0.reader, $0) }) { first, _ in first }
        isWritten = !view.staff.roster.isOpen
        isEditable = view.isEditable && mayEdit
        onDuty = view.staff.duties.duties.map { duty in
            let desk = desks[duty.reader.name]
            return OnDuty(
                reader: duty.reader.name, displayName: view.name(of: duty.reader.name), shift: duty.shift,
                until: duty.until.description, workTypes: duty.workTypes?.sorted().map(\.rawValue),
                minutes: (desk?.minutes ?? 0) * duty.reader.pace, tasks: desk?.tasks ?? 0)
        }
        away = view.away.map {
            Away(
                reader: $0.absence.reader, displayName: view.name(of: $0.absence.reader),
                from: $0.absence.from.description, until: $0.absence.until?.description, note: $0.note)
        }
        uncovered = view.uncovered.map {
            Uncovered(
                shift: $0.shift, workTypes: $0.workTypes.map(\.rawValue), from: $0.from.description,
                to: $0.to.description)
        }
        nextChangeAt = view.staff.duties.until?.description
        yaml = mayEdit ? view.yaml : nil
    }
}
