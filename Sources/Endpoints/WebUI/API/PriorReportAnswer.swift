// The report of an earlier study as the JSON API tells it.

import Priors
import StudyFlow
import Vocabulary

/// Where it is and who signed it; its words are another answer.
struct PriorReportState: Encodable, Sendable {
    /// `here`, `elsewhere`, `coming`, `refused` or `none`.
    var state: String
    /// The same in the reader's language, with who signed and when.
    var stateText: String
    /// The node that has it; absent where there is none.
    var holder: NodeName?
    var signer: String?
    var signedAt: String?
    var addendumCount: Int?
    var isTakenBack: Bool
    /// When another node lent it; absent where it was read or came home.
    var receivedAt: String?

    init(_ status: PriorReportStatus, _ words: Words) {
        state = status.place.rawValue
        stateText = words.text(of: status)
        holder = status.place == .none ? nil : status.holder
        signer = status.note.signer
        signedAt = status.note.signedAt?.description
        addendumCount = status.note.addendumCount
        isTakenBack = status.note.isTakenBack ?? false
        receivedAt = status.receivedAt?.description
    }
}

struct PriorReportAnswer: Encodable, Sendable {
    struct Text: Encodable, Sendable {
        struct Addendum: Encodable, Sendable {
            var text: String
            var signer: String
            var signedAt: String
            /// Who and when, in the reader's language.
            var signedText: String
        }

        var findings: String
        var impression: String
        var author: String
        var reviewer: String
        var finalAt: String
        var signedText: String
        var addenda: [Addendum]
        var readAt: NodeName
        var institution: String
        var srInstanceUID: SOPInstanceUID
        var isCorrection: Bool
        var isTakenBack: Bool
        var isShortened: Bool
        /// What to mind before it is believed, in the reader's language.
        var cautions: [String]
        /// Until when it is known, and from whom; in the reader's language.
        var sourceText: String

        init(_ report: PriorReport, _ reading: PriorDesk.ReportReading, _ words: Words) {
            findings = report.findings
            impression = report.impression
            author = report.author
            reviewer = report.reviewer
            finalAt = report.finalAt.description
            signedText = words(
                "priorReport.signatures",
                ["author": report.author, "reviewer": report.reviewer, "time": words.time(report.finalAt)])
            addenda = report.addenda.map {
                Addendum(
                    text: $0.text, signer: $0.signer, signedAt: $0.signedAt.description,
                    signedText: "\($0.signer) · \(words.time($0.signedAt))")
            }
            readAt = report.readAt
            institution = report.institution
            srInstanceUID = report.srInstance
            isCorrection = report.isCorrection
            isTakenBack = report.isTakenBack
            isShortened = report.isShortened
            cautions = words.cautions(report, reading.record?.basis)
            sourceText = words.source(of: report, reading.status)
        }
    }

    var studyInstanceUID: StudyInstanceUID
    /// Whose report it is and of which date, so that it is not taken for the study's own.
    var heading: String
    /// Changes with each edition and each state.
    var edition: String
    /// Absent where nobody said anything of a report.
    var report: PriorReportState?
    /// Once it is here.
    var text: Text?

    init(_ prior: StudyInstanceUID, _ reading: PriorDesk.ReportReading, _ words: Words) {
        studyInstanceUID = prior
        heading = reading.record.map(words.heading) ?? ""
        edition = reading.status?.edition ?? ""
        report = reading.status.map { PriorReportState($0, words) }
        text = reading.report.map { Text($0, reading, words) }
    }
}

extension Words {
    /// `有报告：李医生 2024-01-10 11:20 签发，补充 1 次`
    func text(of status: PriorReportStatus) -> String {
        let note = status.note
        var signed = ""
        if let at = note.signedAt {
            signed = self("priorReport.signed", ["signer": note.signer ?? "", "time": time(at)])
            if let count = note.addendumCount { signed += self("priorReport.addenda", ["count": count]) }
            if note.isTakenBack == true { signed += self["priorReport.takenBackMark"] }
        }
        let places: KeyValuePairs<String, any CustomStringConvertible> = ["signed": signed, "node": status.holder]
        switch status.place {
        case .here: return self("priorReport.here", places)
        case .elsewhere: return self("priorReport.elsewhere", places)
        case .coming: return self("priorReport.coming", places)
        case .refused:
            return [self("priorReport.refused", places), status.trouble].compactMap { $0 }.joined(separator: " · ")
        case .none: return self["priorReport.none"]
        }
    }

    fileprivate func heading(_ summary: PriorSummary) -> String {
        self(
            "priorReport.heading",
            [
                "date": DICOMText.date(summary.studyDate) ?? self["prior.noDate"],
                "what": (summary.modalities + [summary.description ?? ""]).filter { !$0.isEmpty }.joined(
                    separator: " "),
                "site": summary.institution ?? summary.issuer,
            ])
    }

    fileprivate func cautions(_ report: PriorReport, _ basis: LinkBasis?) -> [String] {
        [
            basis?.certainty == .probable ? self("prior.probable", ["rule": basis?.rule ?? ""]) : nil,
            report.isTakenBack ? self["priorReport.takenBack"] : nil,
            report.isCorrection ? self["priorReport.correction"] : nil,
            report.isShortened ? self["priorReport.shortened"] : nil,
        ].compactMap { $0 }
    }

    fileprivate func source(of report: PriorReport, _ status: PriorReportStatus?) -> String {
        let read = self("priorReport.readAt", ["institution": report.institution, "node": report.readAt])
        guard let at = status?.receivedAt else { return read }
        return read + self("priorReport.asOf", ["time": time(at)])
    }
}
