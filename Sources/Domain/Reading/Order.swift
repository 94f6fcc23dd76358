// 诊断申请: what a hospital asks of the reader.

import Database
import Vocabulary

/// A request to read a study, placed before or after its images came.
package struct Order: Hashable, Codable, Sendable {
    package let id: OrderID
    /// The node at which it was placed; only there is it changed, every other node keeps a copy.
    package let origin: NodeName
    /// Who issued the patient ID: the hospital.
    package var issuer: String
    package var patientID: String?
    package var accessionNumber: String?
    package var studyInstanceUID: StudyInstanceUID?
    package var patientName: String?
    package var clinicalQuestion: String
    package var priority: Priority
    package var requestedBy: Person
    /// The patient agrees that the images leave the hospital.
    package var hasConsent: Bool
    package var wantedDestination: NodeName?
    /// From where in the hospital the patient comes, where somebody said so.
    package var patientClass: PatientClass?
    /// 疑难
    package var isComplex: Bool?
    package var placedAt: Timestamp
    package internal(set) var state: OrderState
    package internal(set) var matchedStudy: StudyInstanceUID?
    package internal(set) var matchedBy: OrderMatch?
    package internal(set) var matchedAt: Timestamp?
    /// Counts the changes at `origin`, so that an older copy never replaces a newer one.
    package internal(set) var revision: Int

    package init(
        id: OrderID = .generate(), origin: NodeName, issuer: String, patientID: String? = nil,
        accessionNumber: String? = nil, studyInstanceUID: StudyInstanceUID? = nil, patientName: String? = nil,
        clinicalQuestion: String, priority: Priority = .routine, requestedBy: Person, hasConsent: Bool,
        wantedDestination: NodeName? = nil, patientClass: PatientClass? = nil, isComplex: Bool? = nil,
        placedAt: Timestamp
    ) {
        self.id = id
        self.origin = origin
        self.issuer = issuer
        self.patientID = patientID
        self.accessionNumber = accessionNumber
        self.studyInstanceUID = studyInstanceUID
        self.patientName = patientName
        self.clinicalQuestion = clinicalQuestion
        self.priority = priority
        self.requestedBy = requestedBy
        self.hasConsent = hasConsent
        self.wantedDestination = wantedDestination
        self.patientClass = patientClass
        self.isComplex = isComplex
        self.placedAt = placedAt
        state = .placed
        revision = 1
    }
}

package enum OrderState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    case placed
    case matched
    case cancelled
}

/// Why an order stands with its study.
package enum OrderMatch: Hashable, Codable, Sendable {
    case studyInstanceUID
    /// Same hospital, same accession number, same patient ID.
    case accessionNumber
    /// The account's name.
    case person(String)
}

/// What matching needs to know about a study; the catalogue's facts, brought by StudyFlow.
package struct StudyIdentification: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var issuer: String
    /// `nil` or empty for a study without one.
    package var patientID: String?
    package var accessionNumber: String?
    package var receivedAt: Timestamp

    package init(
        study: StudyInstanceUID, issuer: String, patientID: String?, accessionNumber: String?, receivedAt: Timestamp
    ) {
        self.study = study
        self.issuer = issuer
        self.patientID = patientID
        self.accessionNumber = accessionNumber
        self.receivedAt = receivedAt
    }
}

/// An order and a study that may belong together; a person decides.
package struct OrderProposal: Hashable, Sendable {
    package enum Likeness: String, Hashable, Codable, Sendable, CaseIterable {
        case patientID
        case accessionNumber
        /// The order names this study, but its patient ID is another.
        case studyInstanceUID
    }

    package var order: Order
    package var study: StudyInstanceUID
    package var likenesses: Set<Likeness>
}
