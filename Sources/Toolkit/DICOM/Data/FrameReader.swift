// The frames of an image, one at a time.

internal import CDCMTK
import Foundation
import Vocabulary

/// Random access to an image's frames: the data set's structure is read once, a frame's bytes where it is asked for.
///
/// No foreign parser sees the file: codecs get one frame's codestream, wherever `FrameDecoding` lets them run. Threads may
/// share a reader.
package struct FrameReader: Sendable {
    package let attributes: ImageAttributes
    package let dataSet: DataSet
    private let storage: Storage
    private let workers: DecodeWorkers?

    private enum Storage: Sendable {
        case native(offset: Int, count: Int, isSwapped: Bool)
        case encapsulated(FrameIndex)
    }

    /// Throws `.malformed` where the file is no image or its dimensions are not believable, `.tooLarge` where a frame's
    /// declared size exceeds `limit` bytes: nothing is allocated by a declared size beyond it.
    ///
    /// - Parameter workers: instead of those of the process (`FrameDecoding`).
    package init(file path: String, limit: Int = 1 << 29, workers: DecodeWorkers? = nil) throws {
        try self.init(DICOMFile(path), limit: limit, workers: workers)
    }

    package init(_ file: DICOMFile, limit: Int = 1 << 29, workers: DecodeWorkers? = nil) throws {
        self.workers = workers
        dataSet = try file.dataSet()
        attributes = try ImageAttributes(dataSet, transferSyntax: file.meta.transferSyntax)
        guard attributes.frameSize <= limit else {
            throw DICOMError(
                code: .tooLarge,
                message:
                    "a frame of \(attributes.columns) × \(attributes.rows) pixels exceeds the limit of \(limit) bytes")
        }
        let pixelData = dataSet[.pixelData] ?? dataSet[.floatPixelData] ?? dataSet[.doubleFloatPixelData]
        guard let element = pixelData else {
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

    /// Where all of the native pixel data lies in `dataSet.source`; `nil` where it is compressed.
    package var nativePlace: (offset: Int, count: Int)? {
        guard case .native(let offset, let count, _) = storage else { return nil }
        return (offset, count)
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

    /// A frame decoded and nothing more.
    func storedFrame(_ index: Int) throws -> RawFrame {
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

    private func decodedFrame(_ fragments: [Range<Int>]) throws -> RawFrame {
        let request = CodecRequest(attributes)
        let size = fragments.reduce(0) { $0 + $1.count }
        guard size <= CodecRequest.largestFrame else {
            throw DICOMError(code: .tooLarge, message: "a frame's codestream of \(size) bytes is beyond the limit")
        }
        return try FrameDecoding.decode(request, joined(fragments), in: workers)
    }

    private func joined(_ fragments: [Range<Int>]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for range in fragments { bytes += try dataSet.source.bytes(at: range.lowerBound, count: range.count) }
        return bytes
    }

    // MARK: Pixels as handed out

    private func finish(_ raw: RawFrame) throws -> Frame {
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
        } else if image.isFloatingPoint {
            // As they are.
        } else if image.samplesPerPixel == 1, bits == 16 {
            PixelConversion.normalize16(
                &bytes, bitsStored: stored, highBit: image.highBit, isSigned: image.isSigned)
        } else if image.samplesPerPixel == 1, image.bitsAllocated == 8 {
            PixelConversion.normalize8(&bytes, bitsStored: stored, highBit: image.highBit, isSigned: image.isSigned)
        }
        return Frame(
            rows: image.rows, columns: image.columns, samplesPerPixel: photometric == "RGB" ? 3 : image.samplesPerPixel,
            bitsAllocated: bits, bitsStored: stored, isSigned: image.isSigned,
            isFloatingPoint: image.isFloatingPoint, photometricInterpretation: photometric,
            pixels: Data(bytes))
    }
}
