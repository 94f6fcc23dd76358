// What a file that cannot be taken says it is.

import Vocabulary

/// UIDs as far as they can be read: for the list of refused objects, never to be relied on.
package struct ClaimedIdentity: Hashable, Sendable {
    package var sopClass: String?
    package var sopInstance: String?
    package var study: String?
    package var transferSyntax: String?

    package init() {}

    /// Reads until what it wants is found or something is wrong; of what was wrong nothing is said. Blocks.
    ///
    /// - Throws: `.io` only.
    package static func read(file path: String) throws -> ClaimedIdentity {
        var claimed = ClaimedIdentity()
        do {
            let meta = try FileMetaInformation.read(fromFile: path).0
            claimed.transferSyntax = shown(meta.transferSyntax.rawValue)
            claimed.sopClass = shown(meta.mediaStorageSOPClassUID)
            claimed.sopInstance = shown(meta.mediaStorageSOPInstanceUID)
            try claimed.read(DICOMFile(path, limits: .intake))
        } catch let error as DICOMError where error.code != .io && error.code != .storageFull {
            return claimed
        }
        return claimed
    }

    private mutating func read(_ file: DICOMFile) throws {
        var walker = file.walker(limits: .intake, stopsAtPixelData: true)
        while let event = try walker.next() {
            guard case .value(let element) = event, walker.isOutermost, element.length <= 66 else { continue }
            if element.tag.value > Tag.studyInstanceUID.value { return }
            guard [.sopClassUID, .sopInstanceUID, .studyInstanceUID].contains(element.tag) else { continue }
            let bytes = try file.source.bytes(at: element.offset, count: element.length)
            guard let uid = Self.shown(UIDSyntax.trimmed(String(decoding: bytes, as: UTF8.self))) else { continue }
            switch element.tag {
            case .sopClassUID: sopClass = uid
            case .sopInstanceUID: sopInstance = uid
            default: study = uid
            }
        }
    }

    /// Whatever else stands where a UID should may be a name.
    private static func shown(_ uid: String) -> String? { UIDSyntax.isValid(uid) ? uid : nil }
}
