// An order as the JSON API tells and takes it.

import Foundation
import HTTPService
import Reading
import StudyFlow
import Vocabulary

struct OrderAnswer: Encodable, Sendable {
    var id: OrderID
    var state: OrderState
    var studyInstanceUID: StudyInstanceUID?
    var patientID: String?
    var patientName: String?
    var accessionNumber: String?
    var clinicalQuestion: String
    var priority: Priority
    var consent: Bool
    var wantedDestination: NodeName?
    var requestedBy: String
    var placedAt: String
    var matchedBy: String?
    var patientClass: PatientClass?
    var complex: Bool?

    init(_ order: Order) {
        id = order.id
        state = order.state
        studyInstanceUID = order.matchedStudy
        patientID = order.patientID
        patientName = order.patientName
        accessionNumber = order.accessionNumber
        clinicalQuestion = order.clinicalQuestion
        priority = order.priority
        consent = order.hasConsent
        wantedDestination = order.wantedDestination
        requestedBy = order.requestedBy.displayName
        placedAt = order.placedAt.description
        patientClass = order.patientClass
        complex = order.isComplex
        switch order.matchedBy {
        case .person(let name): matchedBy = name
        case .studyInstanceUID, .accessionNumber: matchedBy = "automatic"
        case nil: break
        }
    }
}

struct OrderRequest: Decodable, Sendable {
    var clinicalQuestion: String
    var priority: Priority
    var consent: Bool
    var patientID: String?
    var patientName: String?
    var accessionNumber: String?
    var studyInstanceUID: StudyInstanceUID?
    var wantedDestination: NodeName?
    var patientClass: PatientClass?
    var complex: Bool?

    /// - Throws: 400 that says which member is wrong.
    func form() throws -> OrderForm {
        func cleaned(_ text: String?, _ member: String, atMost limit: Int) throws -> String? {
            guard let text else { return nil }
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            return trimmed.isEmpty ? nil : try RequestBody.checked(trimmed, member, atMost: limit)
        }
        guard consent else {
            throw HTTPProblem.badRequest(
                code: "consent_missing",
                Sentence("需要患者同意由外院阅片", "the patient's consent to reading at another hospital is needed"))
        }
        guard let question = try cleaned(clinicalQuestion, "clinicalQuestion", atMost: 4000) else {
            throw HTTPProblem.badRequest(
                code: "question_missing", Sentence("请填写临床问题", "the clinical question is missing"))
        }
        let form = OrderForm(
            patientID: try cleaned(patientID, "patientID", atMost: 64),
            patientName: try cleaned(patientName, "patientName", atMost: 192),
            accessionNumber: try cleaned(accessionNumber, "accessionNumber", atMost: 16), study: studyInstanceUID,
            clinicalQuestion: question, priority: priority, hasConsent: consent, wantedDestination: wantedDestination,
            patientClass: patientClass, isComplex: complex)
        guard form.patientID != nil || form.accessionNumber != nil || form.study != nil else {
            throw HTTPProblem.badRequest(
                code: "study_unnamed",
                Sentence(
                    "请填写患者 ID 或检查号，以便找到影像",
                    "give patientID, accessionNumber or studyInstanceUID, so that the study can be found"))
        }
        return form
    }
}

struct AttachRequest: Decodable, Sendable {
    var studyInstanceUID: StudyInstanceUID
}

struct PriorityRequest: Decodable, Sendable {
    var priority: Priority
}
