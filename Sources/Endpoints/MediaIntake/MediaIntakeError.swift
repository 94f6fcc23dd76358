// What keeps folders and imports from being served.

import Glibc
import Observability

/// Equal when the codes are. Messages name folders, never a file below them: file names carry patients' names.
package struct MediaIntakeError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// A watched folder that can't be listed, or written to where files are to be moved.
        case folder
        /// A system call failed on a file.
        case file
        /// The disk that holds what is being imported is full.
        case full
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// With what the system said.
    init(_ code: Code, _ doing: String, errno number: Int32) {
        self.init(
            code: number == ENOSPC || number == EDQUOT ? .full : code,
            message: "\(doing): \(String(cString: strerror(number)))")
    }

    package var isRetriable: Bool { true }
    package var label: String { "media_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
