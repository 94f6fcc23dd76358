// Bytes made smaller, a piece at a time.

import CZlib

/// One zlib or gzip stream. Not Sendable: whoever has it feeds it. A stream takes about 270 kB until it is let go.
package final class DeflateStream {
    /// What browsers and servers undo: `DecompressionStream('deflate')`, `Content-Encoding: gzip`.
    package enum Format: Sendable {
        /// RFC 1950
        case zlib
        /// RFC 1952, without name or time: the same bytes each time
        case gzip
    }

    package enum Effort: Sendable {
        /// Text made for one request.
        case quick
        /// Text made once and sent for ever.
        case best
        /// Residuals of pixels: runs and frequencies and no search for repetitions, which noise has none of.
        case runs
    }

    /// On the heap: zlib keeps the address of its state and refuses a copy.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: `DeflateError`.
    package init(_ format: Format, _ effort: Effort) throws {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let (level, strategy): (Int32, Int32) =
            switch effort {
            case .quick: (4, Z_DEFAULT_STRATEGY)
            case .best: (9, Z_DEFAULT_STRATEGY)
            case .runs: (6, Z_RLE)
            }
        let status = deflateInit2_(
            stream, level, Z_DEFLATED, format == .gzip ? 15 + 16 : 15, 8, strategy, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw DeflateError(
                code: .noMemory, message: "there is no memory to compress an answer; try again in a moment")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// What comes out for these bytes; often nothing until more follow.
    package func write(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { run(bytes, Z_NO_FLUSH) }

    /// The rest. Nothing may be written after it.
    package func finish() -> [UInt8] { run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH) }

    private func run(_ bytes: UnsafeRawBufferPointer, _ flush: Int32) -> [UInt8] {
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: bytes.baseAddress?.assumingMemoryBound(to: Bytef.self))
        stream.pointee.avail_in = UInt32(bytes.count)
        var output: [UInt8] = []
        repeat {
            let room = max(1024, Int(deflateBound(stream, UInt(stream.pointee.avail_in))))
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(room)
                // No error is left once the stream is there: the memory is taken and the calls are in order.
                deflate(stream, flush)
                count = room - Int(stream.pointee.avail_out)
            }
            if output.isEmpty { output = piece } else { output += piece }
        } while stream.pointee.avail_out == 0
        stream.pointee.next_in = nil
        return output
    }
}

extension DeflateStream {
    /// All at once.
    ///
    /// - Throws: `DeflateError`.
    package static func compress(_ bytes: UnsafeRawBufferPointer, _ format: Format, _ effort: Effort) throws -> [UInt8]
    {
        let stream = try DeflateStream(format, effort)
        return stream.write(bytes) + stream.finish()
    }
}
