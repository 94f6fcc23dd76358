// Frames as native pixels.

import DICOM
import Foundation
import NIOCore
import Vocabulary

/// Native pixels that agree with what the metadata says of them: uncompressed ones as they are stored, compressed ones
/// decoded, colour as RGB by pixel.
struct FramePixels: Sendable {
    let reader: FrameReader

    /// Where a native frame lies in its file; `nil` where its bytes must be worked on first.
    func place(of frame: Int) -> Range<Int>? {
        let image = reader.attributes
        guard !image.transferSyntax.isBigEndian, image.bitsAllocated > 1,
            let (offset, count) = reader.nativePlace
        else { return nil }
        let size = storedSize(among: count)
        guard (frame + 1) * size <= count else { return nil }
        return offset + frame * size..<offset + (frame + 1) * size
    }

    /// Of a native frame, as its photometric interpretation lays it out (YBR_FULL_422 halves two of three samples).
    private func storedSize(among total: Int) -> Int {
        let image = reader.attributes
        let isHalved =
            image.photometricInterpretation == "YBR_FULL_422" && image.bitsAllocated == 8
            && total / image.numberOfFrames < image.frameSize
        return isHalved ? image.rows * image.columns * 2 : image.frameSize
    }

    /// Palette colour stays indices, and bits and planes stay where they are, as the metadata says. `FrameReader` makes
    /// them ready to show, so such frames come from a native copy of the whole.
    var needsCopy: Bool {
        let image = reader.attributes
        guard image.bitsAllocated > 1 else { return false }
        return image.transferSyntax.isBigEndian
            || reader.isEncapsulated && (image.hasPalette || image.highBit != image.bitsStored - 1)
    }

    /// Blocks.
    func decoded(_ frame: Int) throws -> ByteBuffer {
        let pixels = try reader.frame(frame).pixels
        return reader.attributes.bitsAllocated == 1 ? Self.packed(pixels) : ByteBuffer(bytes: pixels)
    }

    /// Eight one-bit pixels a byte, the first in the lowest bit (PS3.5 8.2); each frame begins at a byte.
    private static func packed(_ pixels: Data) -> ByteBuffer {
        var bytes = [UInt8](repeating: 0, count: (pixels.count + 7) / 8)
        for (index, pixel) in pixels.enumerated() where pixel != 0 { bytes[index >> 3] |= 1 << UInt8(index & 7) }
        return ByteBuffer(bytes: bytes)
    }
}
