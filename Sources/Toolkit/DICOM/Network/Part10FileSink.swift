// Writing a received data set as a Part 10 file.

internal import CLinux
import Crypto
import Foundation
import Glibc
import Vocabulary

/// Writes meta information and then the data set's bytes as they come, hashing them. Not a `StoreSink` itself: whoever
/// stores decides what a finished file means.
package final class Part10FileSink {
    package let path: String
    /// Of the data set, so far.
    package private(set) var byteCount: Int64 = 0
    private var descriptor: Int32
    private var hash = SHA256()
    private let limit: Int64
    private var writtenBack: Int64 = 0
    private static let writeBackEvery: Int64 = 4 << 20

    /// Creates the file, which must not exist; or takes over an empty one that its owner has just made, `isMade`. Making
    /// it anew instead costs more than writing it: ext4 looks for an inode beside those that were freed a moment ago.
    /// `limit` is for the data set.
    package init(path: String, isMade: Bool = false, metaInformation: FileMetaInformation, limit: Int64) throws {
        self.path = path
        self.limit = limit
        descriptor = open(path, O_WRONLY | O_CLOEXEC | (isMade ? 0 : O_CREAT | O_EXCL), 0o640)
        guard descriptor >= 0 else { throw DICOMError(errno: errno, doing: "creating a file for an instance") }
        do {
            try metaInformation.encoded().withUnsafeBytes { try writeAll($0) }
        } catch {
            discard()
            throw error
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Throws `.tooLarge`, `.storageFull` or `.io`.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard byteCount + Int64(bytes.count) <= limit else {
            throw DICOMError(code: .tooLarge, message: "the object is larger than \(limit) bytes, the limit set here")
        }
        try writeAll(bytes)
        hash.update(bufferPointer: bytes)
        byteCount += Int64(bytes.count)
        if byteCount - writtenBack >= Self.writeBackEvery { startWriteBack() }
    }

    /// Keeps the flush at the end short, and a large object from filling memory with what is not on disk yet. A failure
    /// shows at that flush.
    private func startWriteBack() {
        _ = CLinux_start_write_back(descriptor, 0, 0)
        writtenBack = byteCount
    }

    /// Closes the file with its bytes on their way to the disk. They are safe only after a flush of the file at its
    /// final place: by then most of them have arrived, and one flush covers bytes and name.
    package func finish() throws -> (digest: Vocabulary.Digest, byteCount: Int64) {
        startWriteBack()
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw DICOMError(errno: errno, doing: "closing an instance's file") }
        return (Vocabulary.Digest(hash.finalize()), byteCount)
    }

    /// Closes and removes the file. What cannot be removed is left to whoever sweeps the directory.
    package func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(path)
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DICOMError(errno: errno, doing: "writing an instance's file") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
