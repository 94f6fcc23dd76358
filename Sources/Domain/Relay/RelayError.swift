// What can go wrong in the relay.

import Observability

/// Equal when the codes are.
package struct RelayError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// A row's lease ran out and another worker, or a person, took the row over.
        case leaseLost = "lease_lost"
        /// The receipt key or its certificate cannot be used.
        case unusableReceiptKey = "unusable_receipt_key"
        /// The authority's certificate cannot be used.
        case unusableAuthority = "unusable_authority"
        /// The receipt is not what it says: signature, certificate or node name are wrong.
        case receiptRefused = "receipt_refused"
        /// The receipt's body or certificate cannot be read.
        case receiptUnreadable = "receipt_unreadable"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var isRetriable: Bool { code == .leaseLost }
    package var label: String { "relay_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
