// Why the server can't serve.

import Observability

/// Thrown by `HTTPService.run` and when its certificates are loaded. Equal when the codes are.
package struct HTTPServiceError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case portInUse = "port_in_use"
        case cannotListen = "cannot_listen"
        case invalidCertificate = "invalid_certificate"
        /// The server ended before it had a port.
        case notRunning = "not_running"
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
    package var label: String { "http_service_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
