// The bytes of an answer, or of one part of it.

import DICOM
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// Bytes in memory, or where they lie in a file. A file is read while it is sent, a piece at a time: a study takes no
/// more memory than an image.
enum BodyContent: Sendable {
    case bytes(ByteBuffer)
    /// A whole file, opened when its turn comes.
    case file(path: String, count: Int)
    case range(ByteSource, Range<Int>)

    private static let pieceSize = 256 << 10

    var count: Int {
        switch self {
        case .bytes(let buffer): buffer.readableBytes
        case .file(_, let count): count
        case .range(_, let range): range.count
        }
    }

    func write(to writer: inout any ResponseBodyWriter) async throws {
        switch self {
        case .bytes(let buffer):
            try await writer.write(buffer)
        case .file(let path, let count):
            let source = try await NIOThreadPool.singleton.runIfActive { try ByteSource(file: path, prefetching: 0) }
            guard source.count == count else {
                throw DICOMError(
                    code: .io, message: "a stored file is not as long as the catalogue says; verify the archive")
            }
            try await Self.write(source, 0..<count, to: &writer)
        case .range(let source, let range):
            try await Self.write(source, range, to: &writer)
        }
    }

    private static func write(
        _ source: ByteSource, _ range: Range<Int>, to writer: inout any ResponseBodyWriter
    ) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let (start, count) = (offset, min(pieceSize, range.upperBound - offset))
            let piece = try await NIOThreadPool.singleton.runIfActive { try source.bytes(at: start, count: count) }
            try await writer.write(ByteBuffer(bytes: piece))
            offset += count
        }
    }

    /// As a whole body.
    func body(logger: Logger) -> ResponseBody {
        if case .bytes(let buffer) = self { return ResponseBody(byteBuffer: buffer) }
        return .reporting(to: logger, contentLength: count) { writer in try await write(to: &writer) }
    }
}
