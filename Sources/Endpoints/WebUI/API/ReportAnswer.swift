// A released report as the JSON API tells it.

import Reading
import StudyFlow
import Vocabulary

struct ReportSummaryAnswer: Encodable, Sendable {
    var isHome: Bool
    var pdfURL: String?
    var finalAt: String
    var acknowledgedAt: String?
    var acknowledgedBy: String?

    init(_ report: HomecomingReport, task: ReadingTask?) {
        isHome = report.arrivedAt != nil
        pdfURL = report.pdfURL
        finalAt = report.announcement.report.finalAt.description
        acknowledgedAt = task?.acknowledgedAt?.description
        acknowledgedBy = task?.acknowledgedByName
    }
}

struct ReportAnswer: Encodable, Sendable {
    var studyInstanceUID: StudyInstanceUID
    var taskID: TaskID
    var version: Int
    var findings: String
    var impression: String
    var author: String
    var reviewer: String
    var preliminaryAt: String?
    var finalAt: String
    var readAt: NodeName
    var srInstanceUID: SOPInstanceUID
    var pdfInstanceUID: SOPInstanceUID
    var pdfURL: String?
    var isHome: Bool
    var acknowledgedAt: String?
    var acknowledgedBy: String?
    var isBeingCorrected: Bool
    var correctionReason: String?
    var addenda: [AddendumAnswer]
    var fields: [ReportField]
    var keyImages: [KeyImageList.Item]
    var signature: SealAnswer?
    var editions: [Edition]

    /// What is to be thought of the signature in the stored object.
    struct SealAnswer: Encodable, Sendable {
        var state: String
        var node: NodeName?
        var at: String?
        var reason: String?

        init(_ verdict: SealVerdict) {
            state = verdict.name
            switch verdict {
            case .valid(let node, let at): (self.node, self.at) = (node, at?.description)
            case .invalid(let reason): self.reason = reason
            case .unsigned, .unknown: break
            }
        }
    }

    /// One release; the first is the one that counts.
    struct Edition: Encodable, Sendable {
        var version: Int
        var standing: String
        var finalAt: String
        var srInstanceUID: SOPInstanceUID
        var supersedes: SOPInstanceUID?
        var pdfURL: String?
        var signature: SealAnswer
    }

    init(_ report: HomecomingReport, task: ReadingTask?, editions: [EditionStory]) {
        let released = report.announcement.report
        studyInstanceUID = report.announcement.study
        taskID = report.announcement.task
        version = released.version
        findings = released.text.findings
        impression = released.text.impression
        author = released.author
        reviewer = released.reviewer
        preliminaryAt = released.preliminaryAt?.description
        finalAt = released.finalAt.description
        readAt = report.announcement.readAt
        srInstanceUID = released.srInstance
        pdfInstanceUID = released.pdfInstance
        pdfURL = report.pdfURL
        isHome = report.arrivedAt != nil
        acknowledgedAt = task?.acknowledgedAt?.description
        acknowledgedBy = task?.acknowledgedByName
        isBeingCorrected = task?.isBeingCorrected ?? false
        correctionReason = released.correctionReason
        addenda = (released.addenda ?? []).map(AddendumAnswer.init)
        fields = released.fields ?? []
        keyImages = (released.keyImages ?? []).map(KeyImageList.Item.init)
        signature = editions.first.map { SealAnswer($0.seal) }
        self.editions = editions.enumerated().map { index, edition in
            Edition(
                version: edition.released.version, standing: edition.standing.rawValue,
                finalAt: edition.released.finalAt.description, srInstanceUID: edition.released.srInstance,
                supersedes: edition.released.supersedes, pdfURL: edition.pdfURL(isLatest: index == 0),
                signature: SealAnswer(edition.seal))
        }
    }
}

extension HomecomingReport {
    /// Once the PDF is at this node.
    var pdfURL: String? {
        arrivedAt == nil ? nil : "/api/v1/studies/\(announcement.study)/report/pdf"
    }
}
