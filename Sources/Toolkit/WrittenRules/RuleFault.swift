// What can be wrong with a file of rules.

import Observability
import Vocabulary

/// Equal when the codes are. The message begins with `file:line:column`.
package struct RuleFault: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not YAML, or not the shape that is asked for.
        case malformed
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case wrongValue = "wrong_value"
        case duplicateName = "duplicate_name"
        /// It names something that does not exist.
        case unknownName = "unknown_name"
        /// Two entries that can't both be.
        case contradiction
    }

    package let code: Code
    package let location: RulePlace
    /// What is wrong and what to write instead, without the place.
    package let sentence: String
    package let cause: (any Error)?

    package init(code: Code, at location: RulePlace, _ sentence: String, cause: (any Error)? = nil) {
        self.code = code
        self.location = location
        self.sentence = sentence
        self.cause = cause
    }

    package var message: String { "\(location): \(sentence)" }
    package var isRetriable: Bool { false }
    package var label: String { "rules_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
