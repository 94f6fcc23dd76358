// What can go wrong with giving work to readers.

import Observability

/// Equal when the codes are.
package struct AssignmentError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case unknownReader = "unknown_reader"
        /// Not their speciality, institution or right.
        case cannotRead = "cannot_read"
        case away
        /// An end before the beginning.
        case wrongTimes = "wrong_times"
        /// The node has no file to write the roster to, or it can't be written.
        case rosterNotWritable = "roster_not_writable"
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
    package var label: String { "assignment_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
