// What ends a demo before its goal.

import Observability

/// Equal when the codes are.
package struct DemoError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case usage
        case portInUse = "port_in_use"
        /// A demo network runs in this directory already.
        case running
        case cannotWrite = "cannot_write"
        /// A node ended by itself.
        case nodeEnded = "node_ended"
        case notReady = "not_ready"
        /// The edge took none of the files.
        case nothingAccepted = "nothing_accepted"
        /// A person would have to act before the goal can be reached.
        case stuck
        /// A node's interface answered what it should not.
        case unexpectedAnswer = "unexpected_answer"
        case interrupted
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The caller asked for something impossible; nothing was started.
    package var isUsage: Bool { [.usage, .portInUse, .running].contains(code) }
    package var isRetriable: Bool { false }
    package var label: String { "demo_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
