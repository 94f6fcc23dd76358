// Random access to the bytes of a file.

import Foundation
import Vocabulary

/// The bytes of a file, or of memory. The head of the file is read once, for most headers end there; the rest is read
/// where asked for. Nothing changes after `init`, so threads may share it.
package final class ByteSource: Sendable {
    package let count: Int
    private let head: [UInt8]
    private let descriptor: Int32

    package init(_ bytes: [UInt8]) {
        head = bytes
        count = bytes.count
        descriptor = -1
    }

    /// - Parameter prefetched: size of the head, in bytes; `nil` for what suits most files.
    package convenience init(file path: String, prefetching prefetched: Int? = nil) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot be opened") }
        do {
            try self.init(adopting: descriptor, prefetching: prefetched)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Closes `descriptor` with the last reference; where it throws, the caller still has it.
    init(adopting descriptor: Int32, prefetching prefetched: Int? = nil) throws {
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw DICOMError(code: .io, message: "not a regular file")
        }
        let size = Int(information.st_size)
        // Objects of many frames have long headers.
        let usual = size > 2 << 20 ? 128 << 10 : 32 << 10
        head = try Self.read(descriptor, at: 0, count: min(size, prefetched ?? usual))
        count = size
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Exactly `wanted` bytes from `offset`; throws `.malformed` beyond the end.
    package func bytes(at offset: Int, count wanted: Int) throws -> [UInt8] {
        guard offset >= 0, wanted >= 0, offset <= count, wanted <= count - offset else {
            throw DICOMError(code: .malformed, message: "a value reaches beyond the end of the file")
        }
        if offset + wanted <= head.count { return Array(head[offset..<offset + wanted]) }
        return try Self.read(descriptor, at: offset, count: wanted)
    }

    /// The head's bytes when they hold the range: the fast path of the walker.
    @inline(__always)
    func headHolds(_ end: Int) -> Bool { end <= head.count }

    @inline(__always)
    func headByte(_ offset: Int) -> UInt8 { head[offset] }

    private static func read(_ descriptor: Int32, at offset: Int, count wanted: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            while filled < wanted {
                let got = pread(descriptor, buffer.baseAddress! + filled, wanted - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    throw got == 0
                        ? DICOMError(code: .malformed, message: "the file became shorter while it was read")
                        : failure("cannot be read")
                }
                filled += got
            }
        }
    }

    private static func failure(_ what: String) -> DICOMError {
        DICOMError(code: .io, message: "the file \(what): \(String(cString: strerror(errno)))")
    }
}
