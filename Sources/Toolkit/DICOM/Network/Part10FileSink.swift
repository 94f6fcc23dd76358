// Writing a received data set as a Part 10 file.

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
    private var writer: UncachedWriter

    /// Creates the file, which must not exist; or takes over an empty one that its owner has just made, `isMade`. Making
    /// it anew instead costs more than writing it: ext4 looks for an inode beside those that were freed a moment ago.
    /// `limit` is for the data set.
    package init(path: String, isMade: Bool = false, metaInformation: FileMetaInformation, limit: Int64) throws {
        self.path = path
        self.limit = limit
        descriptor = open(path, O_WRONLY | O_CLOEXEC | (isMade ? 0 : O_CREAT | O_EXCL), 0o640)
        writer = UncachedWriter(descriptor: descriptor)
        guard descriptor >= 0 else { throw DICOMError(errno: errno, doing: "creating a file for an instance") }
        do {
            try metaInformation.encoded().withUnsafeBytes { try writer.append($0) }
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
        try writer.append(bytes)
        hash.update(bufferPointer: bytes)
        byteCount += Int64(bytes.count)
    }

    /// Closes the file with its bytes on the disk or on their way there. They are safe only after a flush of the file at
    /// its final place, which covers bytes, length and name.
    package func finish() throws -> (digest: Vocabulary.Digest, byteCount: Int64) {
        try writer.finish()
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
}
