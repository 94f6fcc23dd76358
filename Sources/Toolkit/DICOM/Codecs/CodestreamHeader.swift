// What a codestream says about itself.

/// Size of the picture in a JPEG, JPEG-LS or JPEG 2000 codestream, read from its header and nothing else: a codestream
/// that contradicts its data set is refused before anybody makes room for it.
struct CodestreamHeader: Hashable, Sendable {
    var rows: Int
    var columns: Int
    var components: Int

    /// `nil` where the header does not say: other codestreams, and JPEG that tells its height only at the end.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 12 else { return nil }
        if bytes[0] == 0xFF, bytes[1] == 0xD8 {
            self.init(jpeg: bytes)
        } else if bytes[0] == 0xFF, bytes[1] == 0x4F {
            self.init(jpeg2000: bytes, at: 2)
        } else if bytes[4..<8].elementsEqual([0x6A, 0x50, 0x20, 0x20]) {
            guard let start = Self.codestreamBox(bytes) else { return nil }
            self.init(jpeg2000: bytes, at: start + 2)
        } else {
            return nil
        }
    }

    /// ITU-T T.81 B.2.2, T.87 C.2.2: the frame header stands among the marker segments before the first scan.
    private init?(jpeg bytes: [UInt8]) {
        var position = 2
        while position + 4 <= bytes.count {
            guard bytes[position] == 0xFF else { return nil }
            let marker = bytes[position + 1]
            if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
                position += marker == 0xFF ? 1 : 2
                continue
            }
            let length = Self.big16(bytes, position + 2)
            guard marker != 0xDA, length >= 2 else { return nil }
            if (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker) || marker == 0xF7 {
                guard position + 10 <= bytes.count else { return nil }
                rows = Self.big16(bytes, position + 5)
                columns = Self.big16(bytes, position + 7)
                components = Int(bytes[position + 9])
                if rows == 0 || columns == 0 { return nil }
                return
            }
            position += 2 + length
        }
        return nil
    }

    /// ITU-T T.800 A.5.1: SIZ comes first.
    private init?(jpeg2000 bytes: [UInt8], at start: Int) {
        guard start + 40 <= bytes.count, bytes[start] == 0xFF, bytes[start + 1] == 0x51 else { return nil }
        columns = Self.big32(bytes, start + 6) - Self.big32(bytes, start + 14)
        rows = Self.big32(bytes, start + 10) - Self.big32(bytes, start + 18)
        components = Self.big16(bytes, start + 38)
    }

    /// Where the contiguous codestream of a JP2 file begins (T.800 I.5.4).
    private static func codestreamBox(_ bytes: [UInt8]) -> Int? {
        var position = 0
        while position + 16 <= bytes.count {
            var length = big32(bytes, position)
            var header = 8
            if length == 1 {
                guard big32(bytes, position + 8) == 0 else { return nil }
                length = big32(bytes, position + 12)
                header = 16
            }
            if bytes[(position + 4)..<(position + 8)].elementsEqual([0x6A, 0x70, 0x32, 0x63]) {
                return position + header
            }
            guard length >= header else { return nil }
            position += length
        }
        return nil
    }

    private static func big16(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }
    private static func big32(_ bytes: [UInt8], _ at: Int) -> Int { big16(bytes, at) << 16 | big16(bytes, at + 2) }
}

extension CodecRequest {
    /// Bytes of a decoded frame beyond which a compressed one is refused; the largest detectors give a tenth of it.
    static let largestFrame = 1 << 28

    /// Throws `.unsupportedTransferSyntax`, `.tooLarge`, or `.decodingFailed` where the codestream cannot be this frame.
    /// Allocates nothing.
    func check(_ codestream: [UInt8]) throws {
        guard FrameCodec.known.contains(transferSyntax) else { throw FrameCodec.unsupported(transferSyntax) }
        guard frameSize <= Self.largestFrame else {
            throw DICOMError(
                code: .tooLarge,
                message:
                    "a compressed frame of \(columns) × \(rows) pixels exceeds the limit of \(Self.largestFrame) bytes")
        }
        if let header = CodestreamHeader(codestream) {
            guard header.rows == rows, header.columns == columns, header.components == samples else {
                throw FrameCodec.decodingFailed(
                    self,
                    "the codestream has \(header.columns) × \(header.rows) pixels of \(header.components) samples, "
                        + "the data set \(columns) × \(rows) of \(samples)")
            }
        }
        if codestream.count * samplesPerByte < rows * columns * samples {
            throw FrameCodec.decodingFailed(self, "the codestream is too short for its dimensions")
        }
    }

    /// How many samples a byte of the codestream can become.
    private var samplesPerByte: Int {
        let syntax = transferSyntax
        // Two bytes of RLE give 128.
        if FrameCodec.rle.contains(syntax) { return bitsAllocated == 1 ? 512 : 64 }
        if FrameCodec.deflated.contains(syntax) { return bitsAllocated == 1 ? 8256 : 1032 }
        // Huffman codes have a bit at least: for a sample, or for 8 × 8 of them.
        if [.jpegLossless, .jpegLosslessSV1].contains(syntax) { return 8 }
        if FrameCodec.jpeg.contains(syntax) { return 512 * 3 }
        // JPEG-LS and JPEG 2000 say "all the same" in next to nothing; nobody has an empty picture of this size.
        return rows * columns * samples > 1 << 25 ? 4096 : .max / (1 << 32)
    }
}
