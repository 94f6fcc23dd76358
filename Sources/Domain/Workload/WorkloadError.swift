// What can be wrong with work types, limits and reading times.

import Observability
import WrittenRules

/// Equal when the codes are. Of a file the message begins with `file:line:column`.
package struct WorkloadError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not YAML, or not the shape that is asked for, or a value that can't be, such as a limit of zero.
        case badFile = "bad_file"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    init(_ fault: RuleFault) {
        self.init(code: .badFile, message: fault.message, cause: fault.cause)
    }

    package var isRetriable: Bool { false }
    package var label: String { "workload_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
