// What can be wrong with a roster.

import Observability
import WrittenRules

/// Equal when the codes are. Of a file the message begins with `file:line:column`.
package struct RosterError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not YAML, or not the shape of a roster, or a value that can't be.
        case badFile = "bad_file"
        /// A reader without an account, or a shift with somebody who is no reader.
        case unknownReader = "unknown_reader"
        case unknownWorkType = "unknown_work_type"
        /// Somebody stands in two shifts at the same time.
        case overlappingShifts = "overlapping_shifts"
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
    package var label: String { "roster_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
