import CZlib
import Foundation
import Testing

@testable import Deflate

@Suite("Deflate")
struct DeflateStreamTests {
    /// zlib's own way back, either format.
    private func inflated(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        var stream = z_stream()
        #expect(inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: count + 1)
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                #expect(inflate(&stream, Z_FINISH) == Z_STREAM_END)
                return target.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(written))
    }

    @Test(
        "what is compressed comes back, in every format and with every effort",
        arguments: [DeflateStream.Format.zlib, .gzip], [DeflateStream.Effort.quick, .best, .runs])
    func roundTrip(format: DeflateStream.Format, effort: DeflateStream.Effort) throws {
        for count in [0, 1, 1000, 300_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }
            let packed = try bytes.withUnsafeBytes { try DeflateStream.compress($0, format, effort) }
            #expect(try inflated(packed, count: count) == bytes)
            #expect(packed.prefix(2) == (format == .gzip ? [0x1f, 0x8b] : [0x78, packed[1]]))
        }
    }

    @Test("pieces make one stream, and text shrinks")
    func pieces() throws {
        let stream = try DeflateStream(.gzip, .quick)
        let piece = Array(#"{"00080018":{"vr":"UI","Value":["1.2.3"]}},"#.utf8)
        var packed: [UInt8] = []
        for _ in 0..<5000 { packed += piece.withUnsafeBytes { stream.write($0) } }
        packed += stream.finish()
        let whole = Array(repeatElement(piece, count: 5000).joined())
        #expect(try inflated(packed, count: whole.count) == whole)
        #expect(packed.count < whole.count / 50)
    }
}
