// A deflated data set (PS3.5 A.5), inflated beside its file.

internal import CDCMTK
import Foundation

/// A kilobyte may inflate to a megabyte: it goes to the disk, not into memory, and no further than allowed.
enum InflatedFile {
    /// - Returns: the inflated bytes, in a file without a name that is gone with the last reference.
    /// - Throws: `.tooLarge` beyond `limit`, `.malformed`, `.io`, `.storageFull`.
    static func make(_ path: String, from offset: Int64, limit: Int) throws -> (ByteSource, truncated: Bool) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw failure("the deflated file cannot be opened") }
        defer { close(source) }
        let target = try nameless(beside: path)
        var count: Int64 = 0
        var truncated: Int32 = 0
        var failure = ForeignFailure()
        let status = CDCMTK_inflate_file(
            source, offset, target, Int64(limit), &count, &truncated, &failure.text, failure.text.count)
        do {
            switch status {
            case 0: return (try ByteSource(adopting: target), truncated != 0)
            case -2: throw DICOMError(code: .tooLarge, message: "the data set inflates to more than \(limit) bytes")
            case -3: throw Self.failure("\(failure)")
            default: throw DICOMError(code: .malformed, message: "the deflated data set is damaged: \(failure)")
            }
        } catch {
            close(target)
            throw error
        }
    }

    /// In the file's own folder, which is on the archive's disk; where that can't be, wherever this system keeps what
    /// passes.
    private static func nameless(beside path: String) throws -> Int32 {
        let folder = (path as NSString).deletingLastPathComponent
        let made = CDCMTK_nameless_file(folder)
        if made >= 0 { return made }
        let elsewhere = CDCMTK_nameless_file(NSTemporaryDirectory())
        guard elsewhere >= 0 else { throw failure("no room can be made to inflate a data set") }
        return elsewhere
    }

    private static func failure(_ what: String) -> DICOMError {
        let number = errno
        return DICOMError(
            code: number == ENOSPC || number == EDQUOT ? .storageFull : .io,
            message: "\(what): \(String(cString: strerror(number)))")
    }
}
