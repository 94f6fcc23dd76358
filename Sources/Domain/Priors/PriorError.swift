// What can go wrong with priors.

import Observability

/// Equal when the codes are.
package struct PriorError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// The study is not at this node, or nobody here reads it.
        case notHere = "not_here"
        /// The study is none of this patient's as far as this node knows.
        case notAPrior = "not_a_prior"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "prior_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
