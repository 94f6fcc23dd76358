// Why bytes can't be made smaller.

import Observability

/// There is one reason: no memory for zlib's window.
package struct DeflateError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        case noMemory = "no_memory"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { true }
    package var label: String { "deflate_\(code.rawValue)" }
    package var description: String { message }
}
