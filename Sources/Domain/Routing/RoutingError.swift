// What can be wrong with the rules.

import Observability

/// Equal when the codes are. The message begins with `file:line:column`.
package struct RoutingError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// Not YAML, or not the shape of a rule list.
        case malformed
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case wrongValue = "wrong_value"
        case duplicateName = "duplicate_name"
        /// A rule forwards to a node that can't be reached from here.
        case unknownNode = "unknown_node"
        /// A rule reads here, and this node has no reading role.
        case noReadingRole = "no_reading_role"
        /// A rule forwards to the node itself or to one that studies come from.
        case cycle
        /// A rule names a work type that the limits do not know.
        case unknownWorkType = "unknown_work_type"
        /// A rule asks about readers on duty, and this node has no roster.
        case noRoster = "no_roster"
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
    package var label: String { "routing_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
