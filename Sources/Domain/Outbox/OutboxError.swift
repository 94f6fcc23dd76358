// What can go wrong between outboxes.

import Observability

/// Equal when the codes are.
package struct OutboxError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// A batch mixes epochs, or a stored event cannot be read.
        case unreadable
        /// No such parked event, or it was resolved meanwhile.
        case notParked = "not_parked"
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
    package var label: String { "outbox_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
