// The frames of an image, one at a time.

internal import CDCMTK
import Foundation
import Vocabulary

/// Random access to an image's frames: the data set's structure is read once, a frame's bytes where it is asked for.
///
/// Compressed frames are decoded by DCMTK's codecs and OpenJPEG from a data set of our own making that holds this one
/// frame: no foreign parser sees the file. Threads may share a reader.
package struct FrameReader: Sendable {
    package let attributes: ImageAttributes
    package let dataSet: DataSet
    private let storage: Storage

    private enum Storage: Sendable {
        case native(offset: Int, count: Int, isSwapped: Bool)
        case encapsulated(FrameIndex)
    }

    /// Throws `.malformed` where the file is no image or its dimensions are not believable, `.tooLarge` where a frame's
    /// declared size exceeds `limit` bytes: nothing is allocated by a declared size beyond it.
    package init(file path: String, limit: Int = 1 << 29) throws {
        try self.init(DICOMFile(path), limit: limit)
    }

    package init(_ file: DICOMFile, limit: Int = 1 << 29) throws {
        dataSet = try file.dataSet()
        attributes = try ImageAttributes(dataSet, transferSyntax: file.meta.transferSyntax)
        guard attributes.frameSize <= limit else {
            throw DICOMError(
                code: .tooLarge,
                message:
                    "a frame of \(attributes.columns) × \(attributes.rows) pixels exceeds the limit of \(limit) bytes")
        }
        guard let element = dataSet[.pixelData] else {
            throw DICOMError(code: .malformed, message: "the data set has no pixel data")
        }
        switch element.content {
        case .bytes(let offset, let count):
            guard count > 0 else { throw DICOMError(code: .malformed, message: "the pixel data is empty") }
            storage = .native(
                offset: offset, count: count,
                isSwapped: element.encoding.isBigEndian && (element.vr == .OW || attributes.bitsAllocated > 8))
        case .fragments(let fragments):
            storage = .encapsulated(
                try FrameIndex(fragments, frames: attributes.numberOfFrames, dataSet: dataSet))
        case .items:
            throw DICOMError(code: .malformed, message: "the pixel data is a sequence")
        }
    }

    package var isEncapsulated: Bool {
        if case .encapsulated = storage { return true }
        return false
    }

    /// What the functional groups say about one frame, on top of what is said for all.
    package func presentation(ofFrame index: Int) throws -> ImageAttributes.Presentation {
        try ImageAttributes.Presentation(dataSet, frame: index)
    }

    /// The compressed bytes of a frame as they stand in the file, its fragments joined.
    package func encapsulatedFrame(_ index: Int) throws -> Data {
        guard case .encapsulated(let frames) = storage else {
            throw DICOMError(code: .unsupportedTransferSyntax, message: "the pixel data is not compressed")
        }
        try check(index)
        return Data(try joined(frames.frames[index]))
    }

    /// A frame's pixels. Throws `.unsupportedTransferSyntax` without a decoder, `.decodingFailed` for damaged data.
    package func frame(_ index: Int) throws -> Frame {
        try finish(storedFrame(index))
    }

    /// Bytes, samples interleaved, little endian; and their photometric interpretation.
    typealias Raw = (bytes: [UInt8], photometric: String)

    /// A frame decoded and nothing more.
    func storedFrame(_ index: Int) throws -> Raw {
        try check(index)
        switch storage {
        case .native(let offset, let count, let isSwapped):
            return try nativeFrame(index, offset: offset, count: count, isSwapped: isSwapped)
        case .encapsulated(let frames):
            return try decodedFrame(frames.frames[index])
        }
    }

    private func check(_ index: Int) throws {
        guard (0..<attributes.numberOfFrames).contains(index) else {
            throw DICOMError(
                code: .malformed, message: "there is no frame \(index + 1) among \(attributes.numberOfFrames)")
        }
    }

    // MARK: Stored bytes

    private func nativeFrame(_ index: Int, offset: Int, count: Int, isSwapped: Bool) throws -> Raw {
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

    // MARK: Codecs

    private func decodedFrame(_ fragments: [Range<Int>]) throws -> Raw {
        guard attributes.bitsAllocated > 1 else {
            throw DICOMError(code: .unsupportedTransferSyntax, message: "compressed one-bit images are not decoded")
        }
        if Self.jpeg2000.contains(attributes.transferSyntax) { return try decodeJPEG2000(joined(fragments)) }
        return try decodeByDCMTK(fragments.map { try dataSet.source.bytes(at: $0.lowerBound, count: $0.count) })
    }

    private func joined(_ fragments: [Range<Int>]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for range in fragments { bytes += try dataSet.source.bytes(at: range.lowerBound, count: range.count) }
        return bytes
    }

    private static let jpeg2000: Set<TransferSyntax> = [
        .jpeg2000, .jpeg2000Lossless, .htj2k, .htj2kLossless, .htj2kLosslessRPCL,
    ]

    private func decodeJPEG2000(_ codestream: [UInt8]) throws -> Raw {
        let image = attributes
        var failure = ForeignFailure()
        var status: Int32 = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: image.frameSize) { buffer, filled in
            status = CDCMTK_decode_jpeg2000(
                codestream, codestream.count, UInt32(image.columns), UInt32(image.rows), UInt32(image.samplesPerPixel),
                UInt32(image.bytesPerSample), buffer.baseAddress, &failure.text, failure.text.count)
            filled = status == 0 ? image.frameSize : 0
        }
        guard status == 0 else { throw decodingFailed(failure) }
        let isTransformed = ["YBR_RCT", "YBR_ICT"].contains(image.photometricInterpretation)
        return (bytes, isTransformed ? "RGB" : image.photometricInterpretation)
    }

    private func decodeByDCMTK(_ fragments: [[UInt8]]) throws -> Raw {
        let image = attributes
        guard Self.decodable.contains(image.transferSyntax) else {
            throw DICOMError(
                code: .unsupportedTransferSyntax, message: "there is no decoder for \(image.transferSyntax.name)")
        }
        var single = DataSetBuilder(imagePixel: image)
        single.setPixelData(fragments: fragments)
        let encoded = [UInt8](single.encoded())
        var model = [CChar](repeating: 0, count: 32)
        var failure = ForeignFailure()
        var bytes = [UInt8](repeating: 0, count: image.frameSize)
        let status = CDCMTK_decode_frame(
            encoded, encoded.count, image.transferSyntax.rawValue, &bytes, bytes.count, &model, &failure.text,
            failure.text.count)
        guard status == 0 else { throw decodingFailed(failure) }
        let photometric = ForeignFailure.string(model)
        return (bytes, photometric.isEmpty ? image.photometricInterpretation : photometric)
    }

    private static let decodable: Set<TransferSyntax> = [
        .jpegBaseline, .jpegExtended, .jpegLossless, .jpegLosslessSV1, .jpegLSLossless, .jpegLSNearLossless,
        .rleLossless,
        TransferSyntax(unchecked: "1.2.840.10008.1.2.4.53"), TransferSyntax(unchecked: "1.2.840.10008.1.2.4.55"),
    ]

    private func decodingFailed(_ failure: ForeignFailure) -> DICOMError {
        DICOMError(
            code: .decodingFailed,
            message:
                "a frame in \(attributes.transferSyntax.name) cannot be decoded (\(failure)); the file may be damaged")
    }

    // MARK: Pixels as handed out

    private func finish(_ raw: Raw) throws -> Frame {
        let image = attributes
        var bytes = raw.bytes
        var photometric = raw.photometric
        var bits = max(8, image.bitsAllocated)
        var stored = image.bitsStored
        if photometric == "PALETTE COLOR", let palette = try Palette(dataSet) {
            bytes = palette.rgb(of: bytes, width: image.bytesPerSample, isSigned: image.isSigned)
            (photometric, bits, stored) = ("RGB", 8, 8)
        } else if photometric.hasPrefix("YBR_"), bits == 8 {
            PixelConversion.rgb(fromYBR: &bytes)
            photometric = "RGB"
        } else if image.samplesPerPixel == 1, bits == 16 {
            PixelConversion.normalize16(
                &bytes, bitsStored: stored, highBit: image.highBit, isSigned: image.isSigned)
        } else if image.samplesPerPixel == 1, image.bitsAllocated == 8 {
            PixelConversion.normalize8(&bytes, bitsStored: stored, highBit: image.highBit, isSigned: image.isSigned)
        }
        return Frame(
            rows: image.rows, columns: image.columns, samplesPerPixel: photometric == "RGB" ? 3 : image.samplesPerPixel,
            bitsAllocated: bits, bitsStored: stored, isSigned: image.isSigned, photometricInterpretation: photometric,
            pixels: Data(bytes))
    }
}

extension DataSetBuilder {
    /// The image pixel module of one frame, colour by pixel.
    init(imagePixel image: ImageAttributes) {
        self.init()
        set(.samplesPerPixel, image.samplesPerPixel, vr: .US)
        set(.photometricInterpretation, image.photometricInterpretation, vr: .CS)
        if image.samplesPerPixel > 1 { set(.planarConfiguration, 0, vr: .US) }
        set(.rows, image.rows, vr: .US)
        set(.columns, image.columns, vr: .US)
        set(.bitsAllocated, image.bitsAllocated, vr: .US)
        set(.bitsStored, image.bitsStored, vr: .US)
        set(.highBit, image.highBit, vr: .US)
        set(.pixelRepresentation, image.isSigned ? 1 : 0, vr: .US)
    }
}
