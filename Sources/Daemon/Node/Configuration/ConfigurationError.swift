// What is wrong with a node's settings.

import Observability

/// Equal when the codes are. The message names the file, the line where there is one, and what to write instead.
package struct ConfigurationError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case unreadable
        case unknownKey = "unknown_key"
        case missingValue = "missing_value"
        case wrongValue = "wrong_value"
        case missingFile = "missing_file"
        /// A command was run by somebody whose files the node's are not.
        case wrongUser = "wrong_user"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool { false }
    package var label: String { "configuration_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
