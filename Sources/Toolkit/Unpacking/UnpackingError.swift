// Why a zip file can't be read on.

import Observability

/// Equal when the codes are. Messages never name what is in the archive.
package struct UnpackingError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// No zip file, or one that is damaged or cut off.
        case damaged
        case encrypted
        /// More than the limits allow.
        case tooLarge = "too_large"
        case io
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "unpacking_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
