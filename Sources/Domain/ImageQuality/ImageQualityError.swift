// What can go wrong with grades and retakes.

import Observability

/// Equal when the codes are.
package struct ImageQualityError: ClassifiedError, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownRetake = "unknown_retake"
        /// The study is not read here.
        case notReadHere = "not_read_here"
        /// Only the hospital that took the study answers.
        case notTheHospital = "not_the_hospital"
        /// Only who asked withdraws.
        case askedElsewhere = "asked_elsewhere"
        case alreadyAnswered = "already_answered"
        case reasonMissing = "reason_missing"
        /// The new study is not at this node.
        case unknownStudy = "unknown_study"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "quality_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
