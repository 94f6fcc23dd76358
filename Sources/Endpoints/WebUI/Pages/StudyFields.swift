// A study in the words of the pages.

import Archive
import Foundation
import Identity
import Reading
import StudyFlow
import Vocabulary

extension Words {
    func fields(_ priority: Priority) -> Fields {
        var fields: Fields = ["code": priority.rawValue, "label": label(priority)]
        if priority == .stat { fields["icon"] = "stat" }
        return fields
    }

    /// The choices of a form; `current` is the one that is set.
    func priorities(current: Priority) -> [Fields] {
        Priority.allCases.map { priority in
            [
                "code": priority.rawValue, "label": label(priority), "isCurrent": priority == current,
                "isDefault": priority == current,
            ]
        }
    }

    func patientName(_ study: StudyRecord) -> String {
        DICOMText.name(study.patient.name, in: language) ?? self["study.unnamed"]
    }

    /// 女 · 64 岁 · ID 00123
    func patientMeta(_ study: StudyRecord) -> String {
        var parts: [String] = []
        if let sex = study.patient.sex, !sex.isEmpty { parts.append(has("sex.\(sex)") ? self["sex.\(sex)"] : sex) }
        if let age = DICOMText.age(birth: study.patient.birthDate, on: study.studyDate) {
            parts.append(self(age.isMonths ? "patient.months" : "patient.years", ["count": age.count]))
        }
        if let id = study.patientID, !id.isEmpty { parts.append(self("patient.id", ["id": id])) }
        return parts.joined(separator: " · ")
    }

    /// 2026-11-21 14:03
    func studyDate(_ study: StudyRecord) -> String {
        [DICOMText.date(study.studyDate), DICOMText.time(study.studyTime).map { String($0.prefix(5)) }]
            .compactMap { $0 }.joined(separator: " ")
    }

    /// What every page says about a study's person and pictures.
    func studyFields(_ study: StudyRecord) -> Fields {
        let acquired = study.modalities.filter { !["SR", "DOC"].contains($0) }
        return [
            "uid": study.studyInstanceUID.rawValue, "studyUID": study.studyInstanceUID.rawValue,
            "href": "/studies/\(study.studyInstanceUID)", "patientName": patientName(study),
            "patientNameRaw": DICOMText.name(study.patient.name, in: language) ?? "",
            "patientID": study.patientID ?? "", "accessionNumber": study.accessionNumber ?? "",
            "patientMeta": patientMeta(study), "studyDate": studyDate(study),
            "modalities": acquired.joined(separator: " "),
            "description": study.studyDescription ?? study.bodyParts.joined(separator: " "),
            "originText": [study.institutionName, study.originNode.rawValue].compactMap { $0 }.joined(separator: " · "),
        ]
    }

    func fields(_ step: JourneyStep) -> Fields {
        let name =
            switch step.name {
            case .acquired(let node): "\(self["hop.acquired"]) \(node)"
            case .node(let node): node.rawValue
            case .reading: self["hop.reading"]
            case .report: self["hop.report"]
            }
        let state = self["step.\(step.state.rawValue)"]
        var fields: Fields = [
            "name": name, "state": step.state.rawValue, "stateLabel": state, "detail": step.detail, "icon": step.icon,
            "title": [name, state, step.detail].filter { !$0.isEmpty }.joined(separator: " · "),
        ]
        if let progress = step.progress {
            fields["progress"] = ["value": progress.value, "max": progress.of] as Fields
        }
        return fields
    }

    func fields(_ waiting: WaitingFor) -> Fields {
        let icon =
            switch waiting.tone {
            case .active: "arrow"
            case .waiting: "clock"
            case .done: "check"
            case .failed: "alert"
            }
        var fields: Fields = [
            "text": waiting.text(self), "tone": waiting.tone.rawValue, "icon": icon, "step": waiting.step,
        ]
        fields.put("who", waiting.who)
        fields.put("since", waiting.since?.description)
        return fields
    }

    /// With what somebody did about it, and what this person may.
    func fields(_ waiting: WaitingFor, _ story: StudyStory, for user: User) -> Fields {
        var fields = self.fields(waiting)
        let facts = story.journey.waiting
        if facts.reminders > 0, let at = facts.remindedAt, [.reader, .review].contains(waiting.code) {
            fields["reminded"] = self("waits.remindedTimes", ["count": facts.reminders, "time": time(at)])
        }
        let study = story.journey.study.studyInstanceUID
        // The list and the page have buttons of their own for these.
        let others = WaitingAction.actions(waiting, story, for: user).filter {
            $0.name != .acknowledge && $0.name != .order
        }
        fields["actions"] = others.enumerated().map { number, action in
            self.fields(action, key: "do-\(action.name.rawValue)-\(number)-\(study)")
        }
        return fields
    }

    func fields(_ order: Order) -> Fields {
        var fields: Fields = [
            "id": order.id.rawValue, "clinicalQuestion": order.clinicalQuestion,
            "requestedBy": order.requestedBy.displayName, "placedAt": order.placedAt.description,
            "placedAtText": time(order.placedAt), "priority": self.fields(order.priority),
            "patient": [order.patientName, order.patientID, order.accessionNumber].compactMap { $0 }
                .joined(separator: " · "),
        ]
        switch order.matchedBy {
        case .person(let name): fields["matchedByText"] = name
        case .accessionNumber, .studyInstanceUID: fields["matchedByText"] = self["order.matchedAutomatic"]
        case nil: break
        }
        return fields
    }
}

extension StudyStory {
    /// A study's part in a list: who, what, where, what next.
    func fields(_ words: Words, for user: User) -> Fields {
        let study = journey.study
        let waiting = WaitingFor(self)
        var fields = words.studyFields(study)
        fields["priority"] = words.fields(journey.priority)
        fields["countsText"] = words(
            "study.imageCount",
            ["instances": study.shownAcquiredCount, "bytes": words.bytes(study.byteCount)])
        fields["journey"] = steps().map(words.fields)
        fields["waiting"] = words.fields(waiting, self, for: user)
        fields["custody"] = CustodyLine(self).fields(words)
        fields["tone"] = waiting.tone.rawValue
        fields["hasOrder"] = journey.order != nil
        fields["isUnrouted"] = journey.passage?.decision?.isUnrouted == true
        fields["canOrder"] = journey.order == nil && isOrigin && !isReportHere && user.may(.radiographer)
        fields["canAcknowledge"] = awaitsAcknowledgement && user.may(.radiographer)
        fields.put("pdfURL", journey.report?.pdfURL)
        fields.put("lateMark", words.mark(journey.late))
        fields["late"] = words.fields(journey.late, mayNote: false)
        return fields
    }
}
