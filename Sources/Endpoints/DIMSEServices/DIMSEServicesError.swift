// What can go wrong above the associations themselves.

import Observability

/// Equal when the codes are. What goes wrong with an association is a `DICOMError`.
package struct DIMSEServicesError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// The node is no parent of this one.
        case unknownPeer = "unknown_peer"
        /// The peer turned a C-GET down.
        case retrieveRefused = "retrieve_refused"
        /// A path to send does not exist or cannot be read.
        case unreadablePath = "unreadable_path"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool { code == .retrieveRefused }
    package var label: String { "dimse_services_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
