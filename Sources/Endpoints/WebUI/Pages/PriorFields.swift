// Earlier studies in the words of the pages.

import Foundation
import Priors
import StudyFlow
import Vocabulary

extension Words {
    /// `在 puning，正在取回 12/240`
    func state(of entry: PriorEntry) -> String {
        let (summary, node) = (entry.summary, entry.summary.holder.rawValue)
        let state =
            switch entry.place {
            case .here: self["prior.here"]
            case .away: self["prior.away"]
            case .elsewhere: self("prior.elsewhere", ["node": node])
            case .coming(let count):
                self("prior.coming", ["node": node, "arrived": count, "count": summary.imageCount])
            case .refused: self("prior.refused", ["node": node])
            }
        return [state, entry.trouble].compactMap { $0 }.joined(separator: " · ")
    }

    /// A line for each kind of silence: who is offline, who was asked and has not answered, who refused.
    func unanswered(_ list: PriorList) -> [String] {
        func names(_ state: AskedNode.State) -> String? {
            let nodes = list.nodes.filter { $0.state == state }.map(\.node.rawValue)
            return nodes.isEmpty ? nil : nodes.joined(separator: language == .chinese ? "、" : ", ")
        }
        return [
            names(.offline).map { self("prior.offline", ["nodes": $0]) },
            names(.asked).map { self("prior.asking", ["nodes": $0]) },
            names(.refused).map { self("prior.notAnswering", ["nodes": $0]) },
        ].compactMap { $0 }
    }

    /// - Parameters:
    ///   - mayAsk: this person reads, and may have the network searched and images fetched.
    ///   - mayRead: this person may see what was made of a study.
    func fields(_ list: PriorList, of study: StudyInstanceUID, mayAsk: Bool, mayRead: Bool) -> Fields {
        var fields: Fields = [
            "count": list.entries.count, "studyUID": study.rawValue, "mayAsk": mayAsk,
            "unanswered": unanswered(list).map { ["text": $0] as Fields },
            "entries": list.entries.map { self.fields($0, of: study, mayAsk: mayAsk, mayRead: mayRead) },
        ]
        if list.askedAt != nil, list.isComplete {
            fields["complete"] = self("prior.complete", ["count": list.nodes.count])
        }
        return fields
    }

    private func fields(
        _ entry: PriorEntry, of study: StudyInstanceUID, mayAsk: Bool, mayRead: Bool
    ) -> Fields {
        let (summary, uid) = (entry.summary, entry.summary.study.rawValue)
        let text = summary.description ?? summary.bodyParts.joined(separator: " ")
        var fields: Fields = [
            "uid": uid, "studyUID": study.rawValue, "modalities": summary.modalities.joined(separator: " "),
            "date": DICOMText.date(summary.studyDate) ?? self["prior.noDate"], "description": text,
            "site": summary.institution ?? summary.issuer, "state": state(of: entry),
            "place": PriorAnswer(entry, self).place.rawValue,
            "images": self("prior.images", ["count": summary.imageCount]),
        ]
        switch entry.place {
        case .here:
            fields["href"] = "/studies/\(uid)/view"
            fields["tone"] = "done"
            fields["canHang"] = true
        case .away, .elsewhere, .refused:
            fields["tone"] = entry.place == .refused ? "failed" : "waiting"
            fields["canFetch"] = mayAsk
        case .coming: fields["tone"] = entry.trouble == nil ? "active" : "failed"
        }
        if let report = entry.report {
            let isReadable = report.place == .here ? mayRead : mayAsk && report.place != .none
            fields[isReadable ? "report" : "reportNews"] =
                [
                    "text": self.text(of: report), "edition": report.edition, "uid": uid, "studyUID": study.rawValue,
                    "tone": report.note.isTakenBack == true ? "failed" : "done",
                ] as Fields
        }
        if summary.basis.certainty == .probable {
            fields["probable"] = self("prior.probable", ["rule": summary.basis.rule ?? ""])
        } else if let rule = summary.basis.rule {
            fields["rule"] = self("prior.rule", ["rule": rule])
        }
        return fields
    }
}
