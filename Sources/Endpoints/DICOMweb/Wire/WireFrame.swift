// A frame as our own viewer takes it over a thin line.

import DICOM
import Deflate
import Foundation
import NIOCore

/// How native pixels lie, as far as it matters for taking them apart and putting them together.
struct WireShape: Hashable, Sendable {
    var rows: Int
    var columns: Int
    /// 1 or 3
    var samples: Int
    /// 1 or 2
    var bytesPerSample: Int
    /// Three samples plane by plane.
    var isPlanar: Bool
    var isSigned: Bool

    /// In bytes. Taking a frame apart needs five times its size, on every thread that decodes; a film of a whole spine has
    /// half of this.
    static let largest = 1 << 27

    /// - Throws: `.unsupportedTransferSyntax` for bits, words of four bytes, halved colour, and for a scanned slide in one
    ///   piece: those go as they are.
    init(_ image: ImageAttributes, isDecoded: Bool) throws {
        let isHalved = image.photometricInterpretation == "YBR_FULL_422" && !isDecoded
        let fits =
            image.samplesPerPixel == 1 && [8, 16].contains(image.bitsAllocated)
            || image.samplesPerPixel == 3 && image.bitsAllocated == 8 && !isHalved
        let size = image.rows * image.columns * image.samplesPerPixel * (image.bitsAllocated / 8)
        guard fits, !image.isFloatingPoint, size <= Self.largest else {
            throw DICOMError(code: .unsupportedTransferSyntax, message: "pixels of this kind have no form for the line")
        }
        rows = image.rows
        columns = image.columns
        samples = image.samplesPerPixel
        bytesPerSample = image.bitsAllocated / 8
        isPlanar = image.samplesPerPixel == 3 && image.isPlanar && !isDecoded
        isSigned = image.isSigned
    }

    init(rows: Int, columns: Int, samples: Int, bytesPerSample: Int, isPlanar: Bool = false, isSigned: Bool = false) {
        self.rows = rows
        self.columns = columns
        self.samples = samples
        self.bytesPerSample = bytesPerSample
        self.isPlanar = isPlanar
        self.isSigned = isSigned
    }

    var byteCount: Int { rows * columns * samples * bytesPerSample }
}

/// A frame in two parts: a small picture, and what it lacks of the whole. Of a CT slice the first is a fortieth of the pixels'
/// bytes and both together a quarter, bit for bit.
///
///     "JF"  version 1  flags (1 signed, 2 planar)  samples  bytes per sample  step  0
///     rows  columns  length of the small picture  length of the rest            four bytes each, little endian
///     zlib: residuals of the small picture, all low bytes, then all high bytes
///     zlib: residuals of the rest, likewise
///
/// A length of 0 says that the part was not asked for. `PlaneResiduals` is the order of residuals, sample by sample; of red,
/// green and blue it is green, red less green, blue less green.
struct WireFrame: Sendable {
    /// What of it a client asks for.
    enum Part: String, Hashable, Sendable {
        case preview, rest, whole
    }

    static let mediaType = "application/vnd.jieli.frame"

    let shape: WireShape
    let step: Int
    private let coarse: [UInt8]
    private let rest: [UInt8]

    var byteCount: Int { coarse.count + rest.count }

    /// Blocks: some 10 ms for a CT slice.
    ///
    /// - Throws: `.decodingFailed` where the pixels are fewer than they should be, `DeflateError`.
    init(_ pixels: UnsafeRawBufferPointer, _ shape: WireShape) throws {
        self.shape = shape
        step = PlaneResiduals.step(rows: shape.rows, columns: shape.columns)
        let apart = try Self.takenApart(pixels, shape, step: step)
        coarse = try apart.coarse.withUnsafeBytes { try DeflateStream.compress($0, .zlib, .runs) }
        rest = apart.rest.isEmpty ? [] : try apart.rest.withUnsafeBytes { try DeflateStream.compress($0, .zlib, .runs) }
    }

    /// What zlib gets.
    static func takenApart(
        _ pixels: UnsafeRawBufferPointer, _ shape: WireShape, step: Int
    ) throws -> (coarse: [UInt8], rest: [UInt8]) {
        guard pixels.count >= shape.byteCount else {
            throw DICOMError(code: .decodingFailed, message: "the image is shorter than it should be")
        }
        var coarse: [UInt16] = []
        var rest: [UInt16] = []
        for plane in planes(pixels, shape) {
            let residuals = plane.withUnsafeBufferPointer {
                PlaneResiduals(
                    $0, rows: shape.rows, columns: shape.columns, step: step, bits: shape.bytesPerSample * 8)
            }
            coarse += residuals.coarse
            rest += residuals.rest
        }
        return (lowThenHigh(coarse, shape.bytesPerSample), lowThenHigh(rest, shape.bytesPerSample))
    }

    func bytes(_ part: Part) -> ByteBuffer {
        let (coarse, rest) = (part == .rest ? [] : coarse, part == .preview ? [] : rest)
        var buffer = ByteBufferAllocator().buffer(capacity: 24 + coarse.count + rest.count)
        buffer.writeString("JF")
        let flags: UInt8 = (shape.isSigned ? 1 : 0) | (shape.isPlanar ? 2 : 0)
        buffer.writeBytes([1, flags, UInt8(shape.samples), UInt8(shape.bytesPerSample), UInt8(step), 0])
        for number in [shape.rows, shape.columns, coarse.count, rest.count] {
            buffer.writeInteger(UInt32(number), endianness: .little)
        }
        buffer.writeBytes(coarse)
        buffer.writeBytes(rest)
        return buffer
    }

    /// Each sample as words that grow with the value: of signed ones the sign is turned, else −1 would be far from 0.
    private static func planes(_ pixels: UnsafeRawBufferPointer, _ shape: WireShape) -> [[UInt16]] {
        let count = shape.rows * shape.columns
        if shape.bytesPerSample == 2 {
            let turn: UInt16 = shape.isSigned ? 0x8000 : 0
            return [
                [UInt16](unsafeUninitializedCapacity: count) { words, filled in
                    for at in 0..<count {
                        words[at] = (UInt16(pixels[2 * at]) | UInt16(pixels[2 * at + 1]) << 8) ^ turn
                    }
                    filled = count
                }
            ]
        }
        let turn: UInt8 = shape.isSigned ? 0x80 : 0
        func sample(_ index: Int, less other: Int? = nil) -> [UInt16] {
            let (stride, apart) = shape.isPlanar ? (1, count) : (shape.samples, 1)
            return [UInt16](unsafeUninitializedCapacity: count) { words, filled in
                for at in 0..<count {
                    let value = pixels[at * stride + index * apart] ^ turn
                    words[at] = UInt16(other.map { value &- (pixels[at * stride + $0 * apart] ^ turn) } ?? value)
                }
                filled = count
            }
        }
        return shape.samples == 1 ? [sample(0)] : [sample(1), sample(0, less: 1), sample(2, less: 1)]
    }

    private static func lowThenHigh(_ residuals: [UInt16], _ bytesPerSample: Int) -> [UInt8] {
        let count = residuals.count
        return [UInt8](unsafeUninitializedCapacity: count * bytesPerSample) { bytes, filled in
            for at in 0..<count { bytes[at] = UInt8(truncatingIfNeeded: residuals[at]) }
            if bytesPerSample == 2 {
                for at in 0..<count { bytes[count + at] = UInt8(residuals[at] >> 8) }
            }
            filled = count * bytesPerSample
        }
    }
}
