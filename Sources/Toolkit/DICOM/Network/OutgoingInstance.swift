// An instance to send, straight from its Part 10 file.

import Foundation
import Glibc
import Vocabulary

/// A stored file and the UIDs its C-STORE command names; without them the file's meta information speaks.
package struct OutgoingInstance: Hashable, Sendable {
    package var path: String
    package var sopClassUID: String?
    package var sopInstanceUID: String?

    package init(path: String, sopClassUID: String? = nil, sopInstanceUID: String? = nil) {
        self.path = path
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
    }
}

/// Called on the association's thread before each PDU of a data set with its length, and once with 0 before the command.
/// It may block for as long as the link is somebody else's; throwing ends the association. Whoever cancels the association
/// must end such a wait, too.
package typealias PacingHook = @Sendable (_ bytes: Int) throws -> Void

/// A Part 10 file open for sending.
final class OpenInstanceFile {
    let metaInformation: FileMetaInformation
    private let handle: FileHandle
    private let offset: Int64
    private let size: Int64

    init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DICOMError(errno: errno, doing: "opening an instance's file") }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        (metaInformation, offset) = try FileMetaInformation.read(from: handle)
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw DICOMError(errno: errno, doing: "reading an instance's file")
        }
        size = Int64(facts.st_size)
    }

    /// The data set in pieces of `length` bytes. An empty data set is one empty, last piece.
    func forEachChunk(of length: Int, _ body: (UnsafeRawBufferPointer, _ isLast: Bool) throws -> Void) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 16)
        defer { buffer.deallocate() }
        var position = offset
        repeat {
            let wanted = Int(min(Int64(length), size - position))
            var filled = 0
            while filled < wanted {
                let count = pread(
                    handle.fileDescriptor, buffer.baseAddress! + filled, wanted - filled,
                    off_t(position + Int64(filled)))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    // The peer has part of the object already: nothing but ending the association tells it so.
                    throw count < 0
                        ? DICOMError(errno: errno, doing: "reading an instance's file")
                        : DICOMError(code: .io, message: "an instance's file became shorter while it was sent")
                }
                filled += count
            }
            position += Int64(filled)
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), position >= size)
        } while position < size
    }
}
