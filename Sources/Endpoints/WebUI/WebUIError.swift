// Why the pages can't be served at all.

import Observability

/// Thrown while the web resources are loaded, before the node listens. Equal when the codes are.
package struct WebUIError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case missingResource = "missing_resource"
        case unreadableResource = "unreadable_resource"
        case missingTemplate = "missing_template"
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
    package var label: String { "web_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
