// RLE Lossless (PS3.5 annex G).

/// In Swift alone: no length that the codestream gives is believed, and what is missing is an error.
enum RLE {
    /// Throws `.decodingFailed`.
    static func decode(_ codestream: [UInt8], _ request: CodecRequest) throws -> [UInt8] {
        let segments = request.samples * request.bytesPerSample
        func failed(_ reason: String) -> DICOMError { FrameCodec.decodingFailed(request, reason) }
        guard codestream.count >= 64 else { throw failed("the RLE header is cut short") }
        let header = BinaryValue.integers(Array(codestream[..<64]), of: UInt32.self, false).map(Int.init)
        guard header[0] == segments else {
            throw failed("\(header[0]) RLE segments instead of \(segments)")
        }
        let size = request.packedSize / segments
        var frame = [UInt8](repeating: 0, count: request.packedSize)
        for segment in 0..<segments {
            let start = header[1 + segment]
            let end = segment + 1 < segments ? header[2 + segment] : codestream.count
            guard start >= 64, start <= end, end <= codestream.count else {
                throw failed("an RLE segment lies outside of its frame")
            }
            // Samples follow one another, and of each the most significant byte comes first.
            let sample = segment / request.bytesPerSample
            let byte = request.bytesPerSample - 1 - segment % request.bytesPerSample
            let filled = unpack(
                codestream, start..<end, into: &frame, from: sample * request.bytesPerSample + byte, step: segments,
                count: size)
            guard filled == size else { throw failed("an RLE segment is cut short") }
        }
        return FrameCodec.unpacked(frame, request)
    }

    /// PackBits; ends with the segment or the frame, whichever comes first. Returns how many bytes there were.
    private static func unpack(
        _ bytes: [UInt8], _ range: Range<Int>, into frame: inout [UInt8], from start: Int, step: Int, count: Int
    ) -> Int {
        var position = range.lowerBound
        var filled = 0
        var target = start
        while position < range.upperBound, filled < count {
            let control = Int(Int8(bitPattern: bytes[position]))
            position += 1
            if control >= 0 {
                let length = min(control + 1, count - filled, range.upperBound - position)
                for offset in 0..<length {
                    frame[target] = bytes[position + offset]
                    target += step
                }
                position += control + 1
                filled += length
            } else if control != -128 {
                guard position < range.upperBound else { break }
                let value = bytes[position]
                position += 1
                let length = min(1 - control, count - filled)
                for _ in 0..<length {
                    frame[target] = value
                    target += step
                }
                filled += length
            }
        }
        return filled
    }
}
