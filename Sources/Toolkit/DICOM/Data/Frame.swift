// One frame's pixels.

import Foundation

/// Native pixels: 8, 16 or 32 bits a sample, little endian, samples interleaved, rows from the top. Stored bits only:
/// what stands above them (old overlays) is masked out, signed values are sign-extended. YBR has become RGB. Or floating
/// point, of 32 or 64 bits.
package struct Frame: Sendable {
    package let rows: Int
    package let columns: Int
    package let samplesPerPixel: Int
    package let bitsAllocated: Int
    package let bitsStored: Int
    package let isSigned: Bool
    package let isFloatingPoint: Bool
    /// MONOCHROME1, MONOCHROME2, RGB, or PALETTE COLOR where the palette cannot be applied.
    package let photometricInterpretation: String
    package let pixels: Data
}

/// The arithmetic between stored bytes and a `Frame`'s.
enum PixelConversion {
    static func unpackBits(_ bytes: [UInt8], from firstBit: Int, count: Int) -> [UInt8] {
        (0..<count).map { index in
            let bit = firstBit + index
            return bytes[bit >> 3] >> UInt8(bit & 7) & 1
        }
    }

    /// Plane after plane → pixel after pixel, three samples.
    static func interleaved(_ planes: [UInt8], width: Int) -> [UInt8] {
        let plane = planes.count / 3
        return [UInt8](unsafeUninitializedCapacity: planes.count) { output, filled in
            planes.withUnsafeBufferPointer { input in
                var position = 0
                for pixel in stride(from: 0, to: plane, by: width) {
                    for sample in 0..<3 {
                        for byte in 0..<width {
                            output[position] = input[sample * plane + pixel + byte]
                            position += 1
                        }
                    }
                }
            }
            filled = planes.count
        }
    }

    /// PS3.3 C.7.6.3.1.2, 8 bits a sample.
    static func rgb(fromYBR bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBufferPointer { pixels in
            for index in stride(from: 0, to: pixels.count - 2, by: 3) {
                let (red, green, blue) = rgb(pixels[index], pixels[index + 1], pixels[index + 2])
                pixels[index] = red
                pixels[index + 1] = green
                pixels[index + 2] = blue
            }
        }
    }

    /// YBR_FULL_422: Y Y B R for each two pixels.
    static func rgb(fromYBR422 bytes: [UInt8], pixels count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count * 3) { output, filled in
            bytes.withUnsafeBufferPointer { input in
                for pixel in 0..<count {
                    let pair = pixel / 2 * 4
                    let converted = rgb(input[pair + pixel % 2], input[pair + 2], input[pair + 3])
                    output[pixel * 3] = converted.0
                    output[pixel * 3 + 1] = converted.1
                    output[pixel * 3 + 2] = converted.2
                }
            }
            filled = count * 3
        }
    }

    @inline(__always)
    private static func rgb(_ y: UInt8, _ b: UInt8, _ r: UInt8) -> (UInt8, UInt8, UInt8) {
        let luma = Double(y)
        let blue = Double(b) - 128
        let red = Double(r) - 128
        func byte(_ value: Double) -> UInt8 { UInt8(max(0, min(255, value.rounded()))) }
        return (
            byte(luma + 1.402 * red), byte(luma - 0.344136 * blue - 0.714136 * red), byte(luma + 1.772 * blue)
        )
    }

    /// Masks and sign-extends to the stored bits, in place; 16 bits allocated.
    static func normalize16(_ bytes: inout [UInt8], bitsStored: Int, highBit: Int, isSigned: Bool) {
        let shift = highBit + 1 - bitsStored
        guard bitsStored < 16 else { return }
        let mask = UInt16(truncatingIfNeeded: 1 << bitsStored - 1)
        let sign = UInt16(1) << UInt16(bitsStored - 1)
        bytes.withUnsafeMutableBytes { buffer in
            let words = buffer.bindMemory(to: UInt16.self)
            for index in words.indices {
                var value = UInt16(littleEndian: words[index]) >> UInt16(shift) & mask
                if isSigned, value & sign != 0 { value |= ~mask }
                words[index] = value.littleEndian
            }
        }
    }

    static func normalize8(_ bytes: inout [UInt8], bitsStored: Int, highBit: Int, isSigned: Bool) {
        let shift = UInt8(highBit + 1 - bitsStored)
        guard bitsStored < 8 else { return }
        let mask = UInt8(truncatingIfNeeded: 1 << bitsStored - 1)
        let sign = UInt8(1) << UInt8(bitsStored - 1)
        bytes.withUnsafeMutableBufferPointer { buffer in
            for index in buffer.indices {
                var value = buffer[index] >> shift & mask
                if isSigned, value & sign != 0 { value |= ~mask }
                buffer[index] = value
            }
        }
    }
}
