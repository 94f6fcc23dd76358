// What can go wrong when a document is set.

import Observability

/// Equal when the codes are. Messages carry no text of the document: it is a patient's.
package struct TypesettingError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// The fonts for Chinese aren't installed, or fontconfig can't read its configuration.
        case missingFonts = "missing_fonts"
        /// A picture isn't a PNG that can be read.
        case badPicture = "bad_picture"
        /// cairo couldn't write the pages.
        case drawing
        /// cairo wrote something that cannot become PDF/A-1b.
        case notArchivable = "not_archivable"
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Fonts may be installed while the node runs: they are looked up for each document.
    package var isRetriable: Bool { code == .missingFonts }
    package var label: String { "typesetting_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
