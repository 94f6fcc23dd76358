// What can be wrong with the rules of retention.

import Observability
import WrittenRules

/// Equal when the codes are. The message begins with `file:line:column`.
package struct RetentionError: ClassifiedError, Hashable {
    package let code: RuleFault.Code
    package let message: String
    package let cause: (any Error)?

    init(_ fault: RuleFault) {
        code = fault.code
        message = fault.message
        cause = fault.cause
    }

    package var isRetriable: Bool { false }
    package var label: String { "retention_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
