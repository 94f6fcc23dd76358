// Is a file in a folder all there?

import DICOM
import Vocabulary

/// Whoever writes a file doesn't say when it is done. A file that was cut off where an element ends parses well; what
/// gives it away is what an image must have and this one has not.
package enum FileWholeness {
    /// - Throws: `IntakeError.unreadable` with what is missing.
    package static func check(_ path: String, limits: StructureLimits = .intake) throws {
        do {
            let file = try DICOMFile(path, limits: limits)
            let report = try StructureGuard.check(file, limits: limits)
            if report.notes.contains(.missingDelimiter) || report.notes.contains(.deflateTruncated) {
                throw cutOff("the data set ends inside a sequence; the file is probably cut off")
            }
            let header = try InstanceHeader.read(file, limits: limits)
            if header.sopClass.isStorage, header.rows != nil, header.columns != nil, !header.hasPixelData {
                throw cutOff("an image without pixel data; the file is probably cut off")
            }
        } catch let error as DICOMError {
            throw IntakeError(error)
        }
    }

    private static func cutOff(_ text: String) -> IntakeError {
        IntakeError(code: .unreadable, comment: text, message: text)
    }
}
