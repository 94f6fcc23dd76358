// What a study's page says about its corrections.

import Archive
import HTTPService
import Identity
import StudyFlow
import Vocabulary

extension Words {
    /// The banner at the head of the page, the card, and who may do what.
    func fields(_ corrections: StudyCorrections, for user: User) -> Fields {
        let mayCorrect = user.may(.operator, .reviewer) || (corrections.isOwn && user.may(.radiographer))
        let uid = corrections.study.studyInstanceUID
        var fields: Fields = [
            "uid": uid.rawValue, "mayCorrect": mayCorrect, "isShown": mayCorrect || !corrections.isEmpty,
            "isEmpty": corrections.isEmpty,
            "notes": corrections.rejections.map { note($0, of: uid, mayCorrect: mayCorrect) },
            "mayHold": user.may(.operator),
        ]
        fields.put("banner", banner(corrections))
        fields.put("hold", hold(corrections, mayLift: user.may(.operator)))
        if let original = corrections.original, let decision = corrections.patient?.decision {
            let written: [String?] = [
                DICOMText.name(original.name, in: language) ?? self["study.unnamed"],
                original.identifier.patientID == uid.rawValue ? nil : original.identifier.patientID,
                DICOMText.date(original.birthDate), original.sex.map(sex),
            ]
            fields["patient"] =
                [
                    "decision": self.decision(decision), "mayRestore": mayCorrect, "uid": uid.rawValue,
                    "original": written.compactMap(\.self).joined(separator: " · "),
                ] as Fields
        }
        let moves = (corrections.merge.map { $0.target == nil ? [] : [$0] } ?? []) + corrections.moves
        fields["moves"] = moves.map { move -> Fields in
            var line: Fields = [
                "uid": uid.rawValue, "into": move.target?.rawValue ?? "", "decision": decision(move.decision),
                "mayUndo": mayCorrect, "isMerge": move.series == nil,
                "href": "/studies/\(move.target?.rawValue ?? "")",
            ]
            line.put("series", move.series?.rawValue)
            return line
        }
        fields["shownHere"] = corrections.shownHere.map { study -> Fields in
            [
                "uid": study.rawValue, "href": "/studies/\(study)",
                "isReported": corrections.reportedHere.contains(study),
            ]
        }
        return fields
    }

    /// What a report of the study must say on its page, signed as it was before its images went.
    func reportCaution(_ corrections: StudyCorrections) -> String? {
        if corrections.shownIn != nil { return self["correction.reportOfMerged"] }
        return corrections.study.isWithheld ? self["correction.reportOfRejected"] : nil
    }

    private func banner(_ corrections: StudyCorrections) -> Fields? {
        if let target = corrections.shownIn {
            return ["text": self["correction.mergedAway"], "href": "/studies/\(target)", "link": target.rawValue]
        }
        if corrections.study.isWithheld { return ["text": self["correction.allRejected"]] }
        if corrections.withheldCount > 0 {
            return ["text": self("correction.someRejected", ["count": corrections.withheldCount])]
        }
        return corrections.original == nil ? nil : ["text": self["correction.patientCorrected"]]
    }

    private func note(_ entry: RejectionEntry, of study: StudyInstanceUID, mayCorrect: Bool) -> Fields {
        var fields: Fields = [
            "uid": study.rawValue, "note": entry.note.rawValue, "text": self["rejection.\(entry.reason.rawValue)"],
            "code": entry.reason.code, "remark": entry.remark ?? "", "author": entry.author ?? "",
            "at": entry.notedAt.description, "atText": time(entry.notedAt),
            "countText": self("rejection.count", ["inForce": entry.inForce, "named": entry.named]),
            "mayLift": mayCorrect && entry.inForce > 0 && entry.destroyed < entry.named,
        ]
        if let by = entry.liftedBy, let at = entry.liftedAt {
            fields["lifted"] = self("rejection.lifted", ["name": by, "time": time(at)])
        }
        if entry.destroyed > 0 { fields["destroyed"] = self("rejection.destroyed", ["count": entry.destroyed]) }
        return fields
    }

    /// As written, where it is none that DICOM knows.
    private func sex(_ code: String) -> String { ["M", "F", "O"].contains(code) ? self["sex.\(code)"] : code }

    private func hold(_ corrections: StudyCorrections, mayLift: Bool) -> Fields? {
        guard let hold = corrections.hold, hold.isSet else { return nil }
        return [
            "uid": corrections.study.studyInstanceUID.rawValue, "decision": decision(hold.decision), "mayLift": mayLift,
        ]
    }

    private func decision(_ decision: Decision) -> Fields {
        [
            "by": decision.by, "at": decision.at.description, "atText": time(decision.at), "reason": decision.reason,
            "node": decision.node.rawValue,
        ]
    }

    /// The dialogs' choices: series that are shown, and studies of the same patient.
    func correctionForms(
        _ study: StudyRecord, _ series: [SeriesRecord], _ siblings: [StudyRecord]
    ) -> Fields {
        [
            "uid": study.studyInstanceUID.rawValue, "patientID": study.patientID ?? "",
            "patientName": study.patient.name ?? "",
            // Empty where it is no day, as 00000000: an input takes nothing else.
            "birthDate": DICOMText.civilDate(study.patient.birthDate)?.description ?? "",
            "sexes": ["M", "F", "O"].map { (code: String) -> Fields in
                ["code": code, "label": self["sex.\(code)"], "isCurrent": study.patient.sex == code]
            },
            "series": series.filter { !$0.isNetworkMade }.map { series -> Fields in
                [
                    "series": series.seriesInstanceUID.rawValue,
                    "label": [
                        series.seriesNumber.map { "#\($0)" } ?? "", series.modality ?? "",
                        series.seriesDescription ?? "",
                        self("worklist.images", ["instances": series.shownInstanceCount]),
                    ].filter { !$0.isEmpty }.joined(separator: " "),
                ]
            },
            "siblings": siblings.map { sibling -> Fields in
                [
                    "study": sibling.studyInstanceUID.rawValue,
                    "label": [
                        studyDate(sibling), sibling.modalities.joined(separator: " "),
                        sibling.studyDescription ?? "",
                    ].filter { !$0.isEmpty }.joined(separator: " · "),
                ]
            },
        ]
    }

    /// What the reader must look at again; whose study it is now, where that was corrected.
    func fields(_ notices: [ReaderNotice], of study: StudyRecord, task: String) -> Fields {
        let patient = [DICOMText.name(study.patient.name, in: language), study.patientID].compactMap(\.self)
            .joined(separator: " · ")
        return [
            "lines": notices.map { notice -> Fields in
                ["text": self("notice.\(notice.rawValue)", ["patient": patient])]
            }, "taskID": task, "any": !notices.isEmpty,
        ]
    }
}
