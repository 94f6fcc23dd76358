// Copies of an instance in another transfer syntax.

internal import CDCMTK
import Foundation
import Vocabulary

/// Makes copies for peers that don't take the stored transfer syntax. The SOP Instance UID stays; the copy's file appears
/// whole or not at all.
package enum Transcoder {
    /// A native little endian copy (`TransferSyntax.native`), written by us from the parsed tree: DCMTK sees only single
    /// frames. Throws `.unsupportedTransferSyntax` without a decoder, `.tooLarge` beyond `limit` bytes of pixels.
    ///
    /// - Parameter acquired: SHA-256 of the data set that the file was compressed from, where that is known: the copy is
    ///   then just that data set.
    package static func decompress(
        file path: String, to syntax: TransferSyntax = .explicitVRLittleEndian, output: String, limit: Int = 1 << 31,
        acquired: Digest? = nil
    ) throws {
        guard TransferSyntax.native.contains(syntax) else {
            throw DICOMError(
                code: .unsupportedTransferSyntax, message: "\(syntax.name) is no native little endian syntax")
        }
        let file = try DICOMFile(path)
        let dataSet = try file.dataSet()
        let data: Data
        if case .fragments? = dataSet[.pixelData]?.content {
            let pixels = try decodedPixels(file, limit: limit)
            data =
                try PixelSplice(file, dataSet)?.native(pixels, syntax, acquired: acquired)
                ?? copy(dataSet, with: pixels).part10(transferSyntax: syntax, declaresText: false)
        } else {
            data = try DataSetBuilder(copying: dataSet).part10(transferSyntax: syntax, declaresText: false)
        }
        try write(data, to: output)
    }

    /// All frames, decoded and nothing more.
    struct DecodedPixels {
        var bytes: [UInt8] = []
        var photometric: String
        var image: ImageAttributes
        var vr: VR { image.bitsAllocated > 8 ? .OW : .OB }
    }

    private static func decodedPixels(_ file: DICOMFile, limit: Int) throws -> DecodedPixels {
        let reader = try FrameReader(file)
        let image = reader.attributes
        guard image.frameSize * image.numberOfFrames <= limit else {
            throw DICOMError(code: .tooLarge, message: "the decoded image exceeds the limit of \(limit) bytes")
        }
        var pixels = DecodedPixels(photometric: image.photometricInterpretation, image: image)
        pixels.bytes.reserveCapacity(image.frameSize * image.numberOfFrames)
        for index in 0..<image.numberOfFrames {
            let frame = try reader.storedFrame(index)
            pixels.bytes += frame.bytes
            pixels.photometric = frame.photometric
        }
        return pixels
    }

    private static func copy(_ dataSet: DataSet, with pixels: DecodedPixels) throws -> DataSetBuilder {
        var copy = try DataSetBuilder(copying: dataSet)
        copy.set(.photometricInterpretation, pixels.photometric, vr: .CS)
        if pixels.image.samplesPerPixel > 1 { copy.set(.planarConfiguration, 0, vr: .US) }
        copy.remove(.extendedOffsetTable)
        copy.remove(.extendedOffsetTableLengths)
        copy.set(.pixelData, bytes: pixels.bytes, vr: pixels.vr)
        return copy
    }

    static func write(_ data: Data, to output: String) throws {
        do {
            try data.write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw DICOMError(code: .io, message: "the copy cannot be written", cause: error)
        }
    }

    /// A copy by DCMTK's encoders (RLE, JPEG, JPEG-LS, or another byte order), of a file whose structure is checked here
    /// first. `parameter`: quality of lossy JPEG (1…100), permitted deviation of near-lossless JPEG-LS.
    package static func encode(
        file path: String, to syntax: TransferSyntax, output: String, parameter: Int = 0
    ) throws {
        try StructureGuard.check(file: path)
        let temporary = output + ".part"
        var failure = ForeignFailure()
        guard
            CDCMTK_transcode_file(
                path, temporary, syntax.rawValue, Int32(parameter), &failure.text, failure.text.count) == 0
        else {
            unlink(temporary)
            throw DICOMError(code: .other, message: "no copy in \(syntax.name) can be made: \(failure)")
        }
        guard rename(temporary, output) == 0 else {
            unlink(temporary)
            throw DICOMError(code: .io, message: "the copy cannot be renamed into its place")
        }
    }

    /// A JPEG 2000 codestream of a frame; `ratio` 0 is lossless.
    package static func jpeg2000(of frame: Frame, ratio: Double = 0) throws -> [UInt8] {
        let pixels = [UInt8](frame.pixels)
        var codestream: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = ForeignFailure()
        let status = CDCMTK_encode_jpeg2000(
            pixels, UInt32(frame.columns), UInt32(frame.rows), UInt32(frame.samplesPerPixel),
            UInt32(frame.bitsAllocated), UInt32(frame.bitsStored), frame.isSigned ? 1 : 0, ratio, &codestream, &count,
            &failure.text, failure.text.count)
        guard status == 0, let codestream else {
            throw DICOMError(code: .other, message: "the frame cannot be encoded in JPEG 2000: \(failure)")
        }
        defer { CDCMTK_free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: count))
    }
}
