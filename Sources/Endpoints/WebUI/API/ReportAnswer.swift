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

    init(_ report: HomecomingReport, task: ReadingTask?) {
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
    }
}

extension HomecomingReport {
    /// Once the PDF is at this node.
    var pdfURL: String? {
        arrivedAt == nil ? nil : "/api/v1/studies/\(announcement.study)/report/pdf"
    }
}
