// A study's corrections as the JSON API tells them.

import Archive
import Foundation
import StudyFlow
import Vocabulary

struct CorrectionsAnswer: Encodable, Sendable {
    struct Rejection: Encodable, Sendable {
        var note: SOPInstanceUID
        var reason: RejectionReason
        /// Of the coding scheme DCM.
        var code: String
        var text: String
        var remark: String?
        var author: String?
        var at: String
        /// Instances it names, and those it still hides.
        var named: Int
        var inForce: Int
        var destroyed: Int
        var liftedBy: String?
        var liftedAt: String?
    }

    struct Patient: Encodable, Sendable {
        var patientID: String?
        var patientName: String?
        var birthDate: String?
        var sex: String?
    }

    struct Decided: Encodable, Sendable {
        var by: String
        var at: String
        var node: NodeName
        var reason: String

        init(_ decision: Decision) {
            by = decision.by
            at = decision.at.description
            node = decision.node
            reason = decision.reason
        }
    }

    struct Move: Encodable, Sendable {
        var series: SeriesInstanceUID?
        var into: StudyInstanceUID?
        var decision: Decided

        init(_ move: StudyMove) {
            series = move.series
            into = move.target
            decision = Decided(move.decision)
        }
    }

    struct Hold: Encodable, Sendable {
        var isSet: Bool
        var decision: Decided
    }

    var studyInstanceUID: StudyInstanceUID
    /// Nothing of the study is shown any more.
    var isWithheld: Bool
    var withheldCount: Int
    var rejections: [Rejection]
    /// As the bytes say, where a correction stands.
    var originalPatient: Patient?
    var patientCorrection: Decided?
    var merge: Move?
    var movedSeries: [Move]
    var shownHere: [StudyInstanceUID]
    /// Those of them that have a signed report of their own.
    var reportedHere: [StudyInstanceUID]
    var shownIn: StudyInstanceUID?
    var hold: Hold?

    init(_ corrections: StudyCorrections, words: Words) {
        studyInstanceUID = corrections.study.studyInstanceUID
        isWithheld = corrections.study.isWithheld
        withheldCount = corrections.withheldCount
        rejections = corrections.rejections.map { entry in
            Rejection(
                note: entry.note, reason: entry.reason, code: entry.reason.code,
                text: words["rejection.\(entry.reason.rawValue)"], remark: entry.remark, author: entry.author,
                at: entry.notedAt.description, named: entry.named, inForce: entry.inForce, destroyed: entry.destroyed,
                liftedBy: entry.liftedBy, liftedAt: entry.liftedAt?.description)
        }
        originalPatient = corrections.original.map { patient in
            let id = patient.identifier.patientID
            return Patient(
                patientID: id == corrections.study.studyInstanceUID.rawValue ? nil : id,
                patientName: DICOMText.name(patient.name, in: words.language),
                birthDate: DICOMText.date(patient.birthDate), sex: patient.sex)
        }
        patientCorrection = corrections.original == nil ? nil : corrections.patient.map { Decided($0.decision) }
        merge = corrections.merge.flatMap { $0.target == nil ? nil : Move($0) }
        movedSeries = corrections.moves.map(Move.init)
        shownHere = corrections.shownHere
        reportedHere = corrections.reportedHere.sorted()
        shownIn = corrections.shownIn
        hold = corrections.hold.map { Hold(isSet: $0.isSet, decision: Decided($0.decision)) }
    }
}
