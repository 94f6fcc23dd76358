// Grades and retakes as the JSON API tells them.

import Archive
import Identity
import ImageQuality
import StudyFlow
import Vocabulary

struct QualityMarkAnswer: Encodable, Sendable {
    var studyInstanceUID: StudyInstanceUID
    var task: String
    var grade: QualityGrade
    var reasons: [QualityReason]
    var note: String?
    var gradedBy: String
    var at: String
    var owner: NodeName

    init(_ mark: QualityMark) {
        studyInstanceUID = mark.study
        task = mark.task
        grade = mark.grade
        reasons = mark.reasons
        note = mark.note.isEmpty ? nil : mark.note
        gradedBy = mark.byName
        at = mark.at.description
        owner = mark.owner
    }
}

struct RetakeAnswer: Encodable, Sendable {
    enum State: String, Encodable, Sendable, CaseIterable {
        /// The hospital has not answered.
        case open
        /// Answered; the new images are on their way to the reader.
        case answered
        case closed
        case withdrawn
    }

    struct Candidate: Encodable, Sendable {
        var studyInstanceUID: StudyInstanceUID
        var description: String?
        var firstReceivedAt: String
    }

    var id: String
    var studyInstanceUID: StudyInstanceUID
    var task: String
    var state: State
    var reasons: [QualityReason]
    var note: String?
    var originNode: NodeName
    var owner: NodeName
    var requestedBy: String
    var requestedAt: String
    var outcome: Retake.Outcome?
    var answerNote: String?
    var answeredBy: String?
    var answeredAt: String?
    var newStudyInstanceUID: StudyInstanceUID?
    var canAnswer: Bool
    var canWithdraw: Bool
    var patientName: String?
    var modalities: [String]
    var description: String?
    /// Studies of the same person that came after the request.
    var candidates: [Candidate]

    init(_ entry: RetakeEntry, words: Words, for user: User, at node: NodeName) {
        let retake = entry.retake
        id = retake.id.uuidString.lowercased()
        studyInstanceUID = retake.study
        task = retake.task
        state =
            if retake.withdrawnByName != nil {
                .withdrawn
            } else if retake.answer == nil {
                .open
            } else {
                entry.known.cameFrom == nil && entry.known.closedAt == nil ? .answered : .closed
            }
        reasons = retake.reasons
        note = retake.note.isEmpty ? nil : retake.note
        originNode = retake.origin
        owner = retake.owner
        requestedBy = retake.requestedByName
        requestedAt = retake.requestedAt.description
        outcome = retake.answer?.outcome
        answerNote = retake.answer.flatMap { $0.note.isEmpty ? nil : $0.note }
        answeredBy = retake.answer?.name
        answeredAt = retake.answer?.at.description
        newStudyInstanceUID = retake.answer?.newStudy
        canAnswer = retake.isOpen && retake.origin == node && user.may(.radiographer)
        canWithdraw = retake.isOpen && entry.known.cameFrom == nil && user.may(.radiologist)
        patientName =
            user.may(.radiographer, .radiologist)
            ? DICOMText.name(entry.study?.patient.name, in: words.language) : nil
        modalities = entry.study?.modalities.filter { !["SR", "DOC"].contains($0) } ?? []
        description = entry.study?.studyDescription
        candidates = entry.candidates.map {
            Candidate(
                studyInstanceUID: $0.studyInstanceUID, description: $0.studyDescription,
                firstReceivedAt: $0.firstReceivedAt.description)
        }
    }

    /// 体位 · 运动伪影：左侧肋膈角未包括
    func reasonText(_ words: Words) -> String {
        let names = reasons.map { words["quality.reason.\($0.rawValue)"] }.joined(separator: " · ")
        return [names, note ?? ""].filter { !$0.isEmpty }.joined(separator: words.language == .chinese ? "：" : ": ")
    }
}

struct QualityCountAnswer: Encodable, Sendable {
    struct Grade: Encodable, Sendable {
        var grade: QualityGrade
        var count: Int
        /// Of all that were graded, 0 to 1.
        var share: Double
    }

    struct Reason: Encodable, Sendable {
        var reason: QualityReason
        var count: Int
    }

    var originNode: NodeName
    var modality: String
    var total: Int
    var grades: [Grade]
    var reasons: [Reason]

    init(_ count: QualityCount) {
        originNode = count.origin
        modality = count.modality
        total = count.total
        grades = QualityGrade.allCases.map {
            Grade(grade: $0, count: count.grades[$0] ?? 0, share: count.share(of: $0) ?? 0)
        }
        reasons = QualityReason.allCases.compactMap { reason in
            count.reasons[reason].map { Reason(reason: reason, count: $0) }
        }
    }
}
