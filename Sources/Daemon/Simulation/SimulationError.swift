// What can be wrong with a network to be simulated.

import Observability

/// Equal when the codes are. The message begins with `file:line:column` where a file is wrong.
package struct SimulationError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not YAML, an unknown key, a value that can't be.
        case badFile = "bad_file"
        /// A node names a parent, a mix, a profile or a rule file that does not exist.
        case unknownName = "unknown_name"
        case unreadable
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
    package var label: String { "simulation_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
