// A report's releases, versions and signatures, in words.

import Reading
import StudyFlow
import Vocabulary

extension Words {
    /// A released report as the study's page shows it.
    func fields(_ report: HomecomingReport, task: ReadingTask?, editions: [EditionStory]) -> Fields {
        let released = report.announcement.report
        var fields = self.fields(report)
        fields["addenda"] = (released.addenda ?? []).map(self.fields)
        if task?.isBeingCorrected == true { fields["beingCorrected"] = self["edition.beingCorrected"] }
        if released.isCorrection {
            fields["corrects"] = self("edition.corrects", ["reason": released.correctionReason ?? ""])
        }
        fields["measures"] = (released.fields ?? []).map(self.fields)
        fields["hasMeasures"] = released.fields?.isEmpty == false
        if let images = released.keyImages, !images.isEmpty {
            fields["keyImageText"] = self("keyImage.count", ["count": images.count])
        }
        fields.put("seal", editions.first.flatMap { self.fields($0.seal) })
        let earlier = editions.dropFirst().map { self.fields($0) }
        if !earlier.isEmpty { fields["earlier"] = ["items": Array(earlier), "count": earlier.count] as Fields }
        return fields
    }

    func fields(_ addendum: Addendum) -> Fields {
        [
            "text": addendum.text, "displayName": addendum.signer.displayName, "at": addendum.signedAt.description,
            "atText": time(addendum.signedAt),
        ]
    }

    func fields(_ field: ReportField) -> Fields {
        ["name": field.name, "value": field.unit.map { "\(field.value) \($0)" } ?? field.value]
    }

    private func fields(_ edition: EditionStory) -> Fields {
        var fields = self.fields(edition.report)
        let at = edition.released.addenda?.last?.signedAt ?? edition.released.finalAt
        fields["at"] = at.description
        fields["atText"] = time(at)
        fields["standing"] = self["edition.\(edition.standing.rawValue)"]
        fields["tone"] = edition.standing == .superseded ? "failed" : "active"
        fields["addenda"] = (edition.released.addenda ?? []).map(self.fields)
        fields.put("earlierPDF", edition.pdfURL(isLatest: false))
        fields.put("seal", self.fields(edition.seal))
        return fields
    }

    /// `nil` where nothing can be said.
    func fields(_ verdict: SealVerdict) -> Fields? {
        switch verdict {
        case .valid(let node, let at):
            [
                "tone": "done", "text": self["seal.valid"],
                "detail": self("seal.validBy", ["node": node, "time": at.map(time) ?? ""]),
            ]
        case .invalid(let reason):
            ["tone": "failed", "text": self["seal.invalid"], "detail": self("seal.invalidWhy", ["reason": reason])]
        case .unsigned: ["tone": "waiting", "text": self["seal.unsigned"], "detail": self["seal.unsignedWhy"]]
        case .unknown: nil
        }
    }

    /// Who signed what, and what each changed in the text before.
    func fields(_ life: ReportLife) -> Fields {
        var steps: [Fields] = []
        for step in life.steps {
            var fields: Fields = [
                "stateLabel": step.state == .draft && life.steps.count > 1
                    ? self["version.now"] : self["report.\(step.state.rawValue)"],
                "findings": step.text.findings, "impression": step.text.impression,
            ]
            if let signer = step.signer, let at = step.signedAt {
                fields["signer"] = signature(signer.displayName, at)
            }
            let correction = life.corrections.last { $0.version < step.version }
            if let correction, !steps.contains(where: { $0["correction"] != nil }) || step.isChanged,
                life.steps.first(where: { $0.version > correction.version })?.version == step.version
            {
                fields["correction"] =
                    self("version.correction", ["name": correction.person.displayName, "reason": correction.reason])
            }
            if let findings = step.findings, let impression = step.impression {
                fields["isUnchanged"] = !step.isChanged
                if step.isChanged {
                    fields["difference"] =
                        ["findings": pieces(findings), "impression": pieces(impression)] as Fields
                }
            } else {
                fields["first"] = true
            }
            steps.append(fields)
        }
        return [
            "steps": steps, "stepCount": steps.count, "hasSteps": !steps.isEmpty,
            "hasChanges": life.steps.contains(where: \.isChanged),
        ]
    }

    private func pieces(_ difference: TextDifference) -> [Fields] {
        difference.pieces.map { piece in
            var fields: Fields = [:]
            fields[piece.kind.rawValue] = piece.text
            return fields
        }
    }
}
