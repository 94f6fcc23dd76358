// How good the images of a study are, as whoever read them says.

import Database
import Vocabulary

package enum QualityGrade: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    /// 甲级片
    case a = "A"
    /// 乙级片
    case b = "B"
    /// 丙级片: just readable.
    case c = "C"
    /// 废片: cannot be read.
    case reject
}

package enum QualityReason: String, Hashable, Codable, Sendable, CaseIterable {
    case positioning, motion, exposure, artefact
    case wrongPatient = "wrong_patient"
    case incomplete, other
}

/// One reader's word on one study; a later one of the same task replaces it.
package struct QualityMark: Hashable, Codable, Sendable {
    package var task: String
    package var study: StudyInstanceUID
    /// Where the study was acquired.
    package var origin: NodeName
    /// Where it was read.
    package var owner: NodeName
    /// The study's first modality that makes images.
    package var modality: String
    package var grade: QualityGrade
    /// Why it is no better, in the order of `QualityReason`.
    package var reasons: [QualityReason]
    package var note: String
    package var by: String
    package var byName: String
    /// By the owner's clock.
    package var at: Timestamp
    /// Counts the owner's changes, so that late news is known as late.
    package var revision: Int

    package init(
        task: String, study: StudyInstanceUID, origin: NodeName, owner: NodeName, modality: String,
        grade: QualityGrade, reasons: Set<QualityReason> = [], note: String = "", by: String, byName: String,
        at: Timestamp, revision: Int = 1
    ) {
        self.task = task
        self.study = study
        self.origin = origin
        self.owner = owner
        self.modality = modality
        self.grade = grade
        self.reasons = QualityReason.allCases.filter(reasons.contains)
        self.note = note
        self.by = by
        self.byName = byName
        self.at = at
        self.revision = revision
    }
}

/// How a hospital's images of one modality were graded in a span of time.
package struct QualityCount: Hashable, Sendable {
    package var origin: NodeName
    package var modality: String
    package var grades: [QualityGrade: Int] = [:]
    package var reasons: [QualityReason: Int] = [:]

    package init(origin: NodeName, modality: String) {
        self.origin = origin
        self.modality = modality
    }

    package var total: Int { grades.values.reduce(0, +) }

    /// The share of a grade, 0 to 1; `nil` where nothing was graded.
    package func share(of grade: QualityGrade) -> Double? {
        total == 0 ? nil : Double(grades[grade] ?? 0) / Double(total)
    }
}
