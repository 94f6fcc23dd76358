// Frames that are stored uncompressed.

import Vocabulary

extension FrameReader {
    func nativeFrame(_ index: Int, offset: Int, count: Int, isSwapped: Bool) throws -> RawFrame {
        let image = attributes
        let pixels = image.rows * image.columns
        if image.bitsAllocated == 1 {
            let first = index * pixels
            let bytes = try stored(first / 8, (first % 8 + pixels + 7) / 8, offset, count, isSwapped ? 2 : 1)
            return (PixelConversion.unpackBits(bytes, from: first % 8, count: pixels), image.photometricInterpretation)
        }
        if image.photometricInterpretation == "YBR_FULL_422", image.bitsAllocated == 8,
            pixels % 2 == 0, count / image.numberOfFrames < pixels * 3
        {
            let bytes = try stored(index * pixels * 2, pixels * 2, offset, count, isSwapped ? 2 : 1)
            return (PixelConversion.rgb(fromYBR422: bytes, pixels: pixels), "RGB")
        }
        let unit = isSwapped ? max(2, image.bytesPerSample) : 1
        var bytes = try stored(index * image.frameSize, image.frameSize, offset, count, unit)
        if image.isPlanar, image.samplesPerPixel == 3 {
            bytes = PixelConversion.interleaved(bytes, width: image.bytesPerSample)
        }
        return (bytes, image.photometricInterpretation)
    }

    /// `size` bytes from `start` of the pixel data, their order put right in units of `unit`.
    private func stored(_ start: Int, _ size: Int, _ offset: Int, _ count: Int, _ unit: Int) throws -> [UInt8] {
        guard start + size <= count else {
            throw DICOMError(code: .malformed, message: "the pixel data is shorter than its dimensions say")
        }
        guard unit > 1 else { return try dataSet.source.bytes(at: offset + start, count: size) }
        let first = start / unit * unit
        let end = min(count, (start + size + unit - 1) / unit * unit)
        let bytes = try dataSet.source.bytes(at: offset + first, count: end - first)
        let ordered = BinaryValue.littleEndian(bytes, unit: unit, isBigEndian: true)
        return Array(ordered[(start - first)..<(start - first + size)])
    }
}
