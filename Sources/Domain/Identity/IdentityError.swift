// What goes wrong with accounts, certificates and the file of peers.

import Observability

/// Thrown by `Identity`. Equal when the codes are.
package struct IdentityError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case invalidUserName = "invalid_user_name"
        case weakPassword = "weak_password"
        case userExists = "user_exists"
        case unknownUser = "unknown_user"
        case unknownToken = "unknown_token"
        /// Settings larger than an account may keep.
        case tooLong = "too_long"
        /// The last account that may manage accounts can't be disabled or demoted.
        case lastAdministrator = "last_administrator"
        /// A stored password hash can't be read.
        case damagedHash = "damaged_hash"
        case fileExists = "file_exists"
        case cannotReadFile = "cannot_read_file"
        case cannotWriteFile = "cannot_write_file"
        case invalidCertificate = "invalid_certificate"
        case invalidKey = "invalid_key"
        case invalidRequest = "invalid_request"
        /// `peers.yaml` says something it can't mean; the message begins with file, line and column.
        case invalidPeers = "invalid_peers"
        /// The machine's random numbers or key derivation failed.
        case cryptography
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool { code == .cryptography }
    package var label: String { "identity_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
