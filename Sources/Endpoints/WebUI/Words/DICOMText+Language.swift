// Names in the reader's own writing.

import HTTPService
import StudyFlow

extension DICOMText {
    /// The ideographic group for a Chinese page, else the alphabetic one.
    static func name(_ value: String?, in language: Language) -> String? {
        name(value, ideographicFirst: language == .chinese)
    }
}
