// Why an exchange with another node failed.

import Observability

/// Equal when the codes are.
package struct NodeLinkError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// No connection, or it broke.
        case unreachable
        case timedOut = "timed_out"
        /// One of the two certificates is not good for the other.
        case certificateRefused = "certificate_refused"
        /// The certificate is good but names another node.
        case wrongNode = "wrong_node"
        /// The parent answered with an HTTP status that is none of success.
        case refused
        /// The answer is not what this interface promises.
        case unreadable
        /// The parent answers and doesn't take what it is sent.
        case notTaken = "not_taken"
        /// The certificate, key or authority file cannot be used.
        case unusableCertificate = "unusable_certificate"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The link never gives up; this is for the metrics and the operator.
    package var isRetriable: Bool { code == .unreachable || code == .timedOut }
    package var label: String { "link_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
