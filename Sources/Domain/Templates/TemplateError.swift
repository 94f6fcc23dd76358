// What can be wrong with a file of templates.

import Observability

/// Equal when the codes are. The message begins with `file:line:column`.
package struct TemplateError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case malformed
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case wrongValue = "wrong_value"
        case duplicateName = "duplicate_name"
        /// A `{name}` in a text that no field has.
        case unknownField = "unknown_field"
        case unusedField = "unused_field"
        /// An account has as many templates as it may.
        case tooMany = "too_many"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "template_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
