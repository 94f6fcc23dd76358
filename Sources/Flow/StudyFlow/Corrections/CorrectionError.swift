// Why a correction, or a reader's act on a corrected study, is turned down.

import Observability
import Vocabulary

/// Equal when the codes are.
package struct CorrectionError: ClassifiedError, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownStudy = "unknown_study"
        case unknownNote = "unknown_note"
        case unknownSeries = "unknown_series"
        /// What is to be rejected, merged or moved is not there or was before.
        case nothingToDo = "nothing_to_do"
        /// Its images were acquired elsewhere; this person may correct only what was acquired here.
        case notOwnStudy = "not_own_study"
        case reasonMissing = "reason_missing"
        /// The bytes are gone for good: nothing can be shown again.
        case destroyed
        /// Every image of the study was rejected: it is not read.
        case studyRejected = "study_rejected"
        /// Its images are shown in another study, which is read.
        case studyMerged = "study_merged"
        /// Images or patient changed under the reader, who has not said that they saw it.
        case correctionUnseen = "correction_unseen"
        case beingRead = "being_read"
        case reportSigned = "report_signed"
        case differentPatient = "different_patient"
        /// Studies would be merged in a ring, or with themselves.
        case ring
        case badPatient = "bad_patient"
        /// A rejection note's file is gone or damaged: what it rejects would be shown wherever the study goes.
        case noteUnreadable = "note_unreadable"
    }

    package let code: Code
    package let message: String
    /// The study to go to instead.
    package var study: StudyInstanceUID?

    package init(code: Code, message: String, study: StudyInstanceUID? = nil) {
        self.code = code
        self.message = message
        self.study = study
    }

    package var isRetriable: Bool { false }
    package var label: String { "correction_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }

    static func unknownStudy(_ study: StudyInstanceUID) -> CorrectionError {
        CorrectionError(code: .unknownStudy, message: "study \(study) is not at this node")
    }
}
