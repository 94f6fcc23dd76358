// Reading the head of a Part 10 file.

import Foundation
import Vocabulary

extension FileMetaInformation {
    /// Group 2 larger than this is no file of anybody's.
    private static let limit = 1 << 20
    private static let firstPiece = 4096

    /// The head of the file at `path` and where its data set begins.
    ///
    /// Throws `.notPart10` when the preamble or "DICM" is missing, `.malformed` when group 2 is broken or names no
    /// transfer syntax, `.io` when the file cannot be read.
    package static func read(fromFile path: String) throws -> (FileMetaInformation, dataSetOffset: Int64) {
        try read(from: ByteSource(file: path, prefetching: firstPiece))
    }

    /// As `read(fromFile:)`, for a file that is open already.
    static func read(from source: ByteSource) throws -> (FileMetaInformation, dataSetOffset: Int64) {
        var position = 0
        return try read { wanted in
            let bytes = try source.bytes(at: position, count: min(wanted, source.count - position))
            position += bytes.count
            return bytes
        }
    }

    /// As `read(fromFile:)`; the handle stands at the beginning of the file and is left anywhere.
    package static func read(from handle: FileHandle) throws -> (FileMetaInformation, dataSetOffset: Int64) {
        try read { wanted in
            do {
                return try handle.read(upToCount: wanted).map { [UInt8]($0) } ?? []
            } catch {
                throw DICOMError(code: .io, message: "the file cannot be read", cause: error)
            }
        }
    }

    private static func read(
        next: (_ wanted: Int) throws -> [UInt8]
    ) throws -> (FileMetaInformation, dataSetOffset: Int64) {
        var bytes = try next(firstPiece)
        var atEnd = false
        while true {
            do {
                return try parse(bytes, atEnd: atEnd)
            } catch let error as NeedsMore {
                guard error.count <= limit else {
                    throw DICOMError(code: .malformed, message: "the file's meta information is larger than 1 MB")
                }
                guard !atEnd else {
                    throw DICOMError(code: .malformed, message: "the file ends inside its meta information")
                }
                let more = try next(max(error.count - bytes.count, firstPiece))
                atEnd = more.isEmpty
                bytes += more
            }
        }
    }

    private struct NeedsMore: Error { let count: Int }

    /// PS3.10 7.1: group 2 is Explicit VR Little Endian. It ends where another group begins: its length element is wrong
    /// in too many files to be believed.
    private static func parse(_ array: [UInt8], atEnd: Bool) throws -> (FileMetaInformation, dataSetOffset: Int64) {
        guard array.count >= 132 else {
            throw DICOMError(code: .notPart10, message: "not a DICOM file (shorter than its preamble)")
        }
        guard array[128..<132].elementsEqual("DICM".utf8) else {
            throw DICOMError(code: .notPart10, message: "not a DICOM Part 10 file (no DICM after the preamble)")
        }
        var values: [UInt16: String] = [:]
        var offset = 132
        while true {
            guard offset + 8 <= array.count else {
                // A file may end here: its data set is empty, or too short to be one.
                if atEnd, array.count - offset < 2 || array[offset] != 2 || array[offset + 1] != 0 { break }
                throw NeedsMore(count: offset + 8)
            }
            let group = UInt16(array[offset]) | UInt16(array[offset + 1]) << 8
            guard group == 0x0002 else { break }
            let element = UInt16(array[offset + 2]) | UInt16(array[offset + 3]) << 8
            let vr = array[(offset + 4)..<(offset + 6)]
            let isLong = ["OB", "OW", "UN", "UT", "SQ", "OF", "UC", "UR"].contains { vr.elementsEqual($0.utf8) }
            let header = isLong ? 12 : 8
            guard vr.allSatisfy({ (0x41...0x5A).contains($0) }) else {
                throw DICOMError(
                    code: .malformed, message: "the file's meta information is not Explicit VR Little Endian")
            }
            guard offset + header <= array.count else { throw NeedsMore(count: offset + header) }
            var length = Int(array[offset + 6]) | Int(array[offset + 7]) << 8
            if isLong { length = (0..<4).reduce(0) { $0 | Int(array[offset + 8 + $1]) << ($1 * 8) } }
            guard length <= limit else {
                throw DICOMError(code: .malformed, message: "the meta information has an element of \(length) bytes")
            }
            let end = offset + header + length
            guard end <= array.count else { throw NeedsMore(count: end) }
            if vr.elementsEqual("UI".utf8) || vr.elementsEqual("SH".utf8) || vr.elementsEqual("AE".utf8) {
                values[element] = UIDSyntax.trimmed(String(decoding: array[(offset + header)..<end], as: UTF8.self))
            }
            offset = end
        }
        guard let syntax = values[0x0010].flatMap(TransferSyntax.init(rawValue:)) else {
            throw DICOMError(code: .malformed, message: "the file's meta information names no transfer syntax")
        }
        let meta = FileMetaInformation(
            mediaStorageSOPClassUID: values[0x0002] ?? "", mediaStorageSOPInstanceUID: values[0x0003] ?? "",
            transferSyntax: syntax, sourceAETitle: values[0x0016], implementationClassUID: values[0x0012] ?? "",
            implementationVersionName: values[0x0013])
        return (meta, Int64(offset))
    }
}
