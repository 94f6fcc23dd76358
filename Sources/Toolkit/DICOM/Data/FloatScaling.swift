// Floating point pixels for eyes.

import Foundation

/// A frame of 16-bit values that spread over the finite values of a floating point one, and the way back to those.
struct FloatScaling {
    let frame: Frame
    /// A floating point value is `slope` × the new one + `intercept`.
    let slope: Double
    let intercept: Double

    init(_ original: Frame) {
        let bytes = [UInt8](original.pixels)
        let values: [Double] =
            original.bitsAllocated == 64
            ? BinaryValue.integers(bytes, of: UInt64.self, false).map { Double(bitPattern: $0) }
            : BinaryValue.integers(bytes, of: UInt32.self, false).map { Double(Float(bitPattern: $0)) }
        // Half the range of Double: the difference of two of these is finite, too.
        let bound = Double.greatestFiniteMagnitude / 4
        let known = values.lazy.filter { $0.magnitude < bound }
        let lowest = known.min() ?? 0
        let range = (known.max() ?? 0) - lowest
        slope = range > 0 ? range / 65535 : 1
        intercept = lowest
        var pixels = Data(capacity: values.count * 2)
        for value in values {
            let level = value.isNaN ? 0 : ((value - lowest) / slope).rounded()
            let word = UInt16(max(0, min(65535, level)))
            pixels.append(UInt8(truncatingIfNeeded: word))
            pixels.append(UInt8(truncatingIfNeeded: word >> 8))
        }
        frame = Frame(
            rows: original.rows, columns: original.columns, samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 16,
            isSigned: false, isFloatingPoint: false,
            photometricInterpretation: original.photometricInterpretation, pixels: pixels)
    }
}
