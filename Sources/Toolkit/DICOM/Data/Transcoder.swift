// Copies of an instance in another transfer syntax.

internal import CDCMTK
import Foundation
import Vocabulary

/// Makes copies for peers that don't take the stored transfer syntax. The SOP Instance UID stays; the copy's file appears
/// whole or not at all.
package enum Transcoder {
    /// A native little endian copy (`TransferSyntax.native`), written by us from the parsed tree: DCMTK sees only single
    /// frames. Throws `.unsupportedTransferSyntax` without a decoder, `.tooLarge` beyond `limit` bytes of pixels.
    package static func decompress(
        file path: String, to syntax: TransferSyntax = .explicitVRLittleEndian, output: String, limit: Int = 1 << 31
    ) throws {
        guard TransferSyntax.native.contains(syntax) else {
            throw DICOMError(
                code: .unsupportedTransferSyntax, message: "\(syntax.name) is no native little endian syntax")
        }
        let file = try DICOMFile(path)
        let dataSet = try file.dataSet()
        var copy = try DataSetBuilder(copying: dataSet)
        if case .fragments? = dataSet[.pixelData]?.content {
            let reader = try FrameReader(file)
            let image = reader.attributes
            guard image.frameSize * image.numberOfFrames <= limit else {
                throw DICOMError(code: .tooLarge, message: "the decoded image exceeds the limit of \(limit) bytes")
            }
            var pixels: [UInt8] = []
            pixels.reserveCapacity(image.frameSize * image.numberOfFrames)
            for index in 0..<image.numberOfFrames {
                let frame = try reader.storedFrame(index)
                pixels += frame.bytes
                copy.set(.photometricInterpretation, frame.photometric, vr: .CS)
            }
            if image.samplesPerPixel > 1 { copy.set(.planarConfiguration, 0, vr: .US) }
            copy.remove(.extendedOffsetTable)
            copy.remove(.extendedOffsetTableLengths)
            copy.set(.pixelData, bytes: pixels, vr: image.bitsAllocated > 8 || syntax.isImplicitVR ? .OW : .OB)
        }
        let data = try copy.part10(transferSyntax: syntax, declaresText: false)
        do {
            try data.write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw DICOMError(code: .io, message: "the decoded copy cannot be written", cause: error)
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

extension DataSetBuilder {
    /// A parsed data set, its values' bytes unchanged but for their order; compressed pixel data and group lengths left out.
    init(copying dataSet: DataSet) throws {
        self.init()
        let isSigned = try dataSet.integer(.pixelRepresentation) == 1
        for element in dataSet.elements where !element.tag.isGroupLength && !contains(element.tag) {
            switch element.content {
            case .bytes(let offset, let count):
                let vr = element.vr == .US && isSigned && Self.signedLikePixels.contains(element.tag) ? .SS : element.vr
                let bytes = try dataSet.source.bytes(at: offset, count: count)
                let ordered = BinaryValue.littleEndian(
                    bytes, unit: vr.unit, isBigEndian: element.encoding.isBigEndian)
                set(element.tag, bytes: ordered, vr: vr.isPlausible ? vr : .UN)
            case .items(let items):
                set(element.tag, items: try items.map { try DataSetBuilder(copying: $0) })
            case .fragments:
                break
            }
        }
    }

    /// US or SS as the pixel representation says; the dictionary alone cannot tell.
    private static let signedLikePixels: Set<Tag> = [
        Tag(0x0028, 0x0106), Tag(0x0028, 0x0107), Tag(0x0028, 0x0108), Tag(0x0028, 0x0109), Tag(0x0028, 0x0110),
        Tag(0x0028, 0x0111), Tag(0x0028, 0x0120), Tag(0x0028, 0x0121),
    ]
}
