// What can go wrong with second readings.

import Observability

/// Equal when the codes are.
package struct PeerReviewError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case unknown
        /// Somebody else reads it, or has.
        case taken
        /// Who signed the report, or read it the second time, can't do this.
        case notIndependent = "not_independent"
        case notYours = "not_yours"
        case blank
        case stale
        case notSigned = "not_signed"
        case alreadyGraded = "already_graded"
        case unknownGrade = "unknown_grade"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "peer_review_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
