// What a reader wrote.

import Database
import Vocabulary

/// 影像所见 and 诊断意见.
package struct ReportText: Hashable, Codable, Sendable {
    package var findings: String
    package var impression: String

    package init(findings: String = "", impression: String = "") {
        self.findings = findings
        self.impression = impression
    }

    /// Nothing that could be signed.
    package var isBlank: Bool { (findings + impression).allSatisfy(\.isWhitespace) }
}

package enum ReportState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    case draft
    case preliminary
    case final
}

/// The report of one task as it stands, at the node that owns the task.
package struct Report: Hashable, Codable, Sendable {
    package let task: TaskID
    /// Grows by one with each save; a save names the version it started from. 0: nothing saved yet.
    package internal(set) var version: Int
    package internal(set) var text: ReportText
    package internal(set) var state: ReportState
    /// Who wrote the draft and signed the preliminary report.
    package internal(set) var author: Person?
    /// Who signed the final report.
    package internal(set) var reviewer: Person?
    package internal(set) var savedAt: Timestamp?
    package internal(set) var preliminaryAt: Timestamp?
    package internal(set) var finalAt: Timestamp?
    /// How many images the last signer had; what came later is not in the report.
    package internal(set) var imageCount: Int?
    /// What the author signed, kept while a reviewer edits and after.
    package internal(set) var preliminaryText: ReportText?
    package internal(set) var srInstance: SOPInstanceUID?
    package internal(set) var pdfInstance: SOPInstanceUID?
    /// The SR that a corrected report replaces.
    package internal(set) var supersededSR: SOPInstanceUID?

    package init(task: TaskID) {
        self.task = task
        version = 0
        text = ReportText()
        state = .draft
    }

    /// The reviewer signed something else than the author.
    package var wasChangedByReviewer: Bool { state == .final && preliminaryText.map { $0 != text } ?? false }
}

/// A report as it was signed.
package struct SignedReport: Hashable, Codable, Sendable {
    package let task: TaskID
    package let version: Int
    package let state: ReportState
    package let text: ReportText
    package let signer: Person
    package let signedAt: Timestamp
}
