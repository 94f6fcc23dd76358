// Compression that can be undone to the byte.

import Foundation
import Vocabulary

/// A compressed copy that was decoded again and found to give back what it was made from.
package struct ReversibleCopy: Hashable, Sendable {
    /// SHA-256 of the copy's data set.
    package var digest: Digest
    /// Length of the copy's data set in bytes.
    package var size: Int64
    package var transferSyntax: TransferSyntax
    /// Length of the copy's file in bytes.
    package var fileSize: Int64
}

extension Transcoder {
    /// Writes a JPEG-LS copy of a file whose data set has the digest `acquired`, and proves that the copy restores to just
    /// that by doing so: a file that was damaged since fails, too. Blocks for as long as encoding and decoding take, and
    /// holds about twice the compressed pixels in memory, and a frame.
    ///
    /// Returns `nil`, and leaves no file, where that cannot be had: the acquired bytes are then sent as they are.
    package static func compressReversibly(
        file path: String, acquired: Digest, output: String
    ) throws -> ReversibleCopy? {
        let file = try DICOMFile(path)
        let dataSet = try file.dataSet()
        guard file.meta.transferSyntax == .explicitVRLittleEndian,
            case .bytes(let offset, let count)? = dataSet[.pixelData]?.content, count > 0,
            let splice = try PixelSplice(file, dataSet)
        else { return nil }
        do {
            let image = try ImageAttributes(dataSet, transferSyntax: .explicitVRLittleEndian)
            let request = CodecRequest(image)
            let frames = try (0..<image.numberOfFrames).map { index in
                let place = (start: index * image.frameSize, end: (index + 1) * image.frameSize)
                guard place.end <= count, !image.isPlanar else {
                    throw DICOMError(code: .malformed, message: "the pixel data is laid out in another way")
                }
                return try FrameCodec.jpegLS(
                    of: dataSet.source.bytes(at: offset + place.start, count: image.frameSize), request)
            }
            let (head, copied) = try splice.encapsulated(frames, .jpegLSLossless)
            try write(head + copied, to: output)
            if try restoredForms(ofFile: output).contains(where: { $0.digest == acquired }) {
                return ReversibleCopy(
                    digest: Digest(of: copied), size: Int64(copied.count), transferSyntax: .jpegLSLossless,
                    fileSize: Int64(head.count + copied.count))
            }
        } catch let error as DICOMError where !error.isRetriable || error.code == .other {
            // An image that JPEG-LS, or its encoder, cannot take.
        }
        unlink(output)
        return nil
    }

    /// The data sets that a JPEG-LS file may have been made from, decoded frame by frame and hashed, without a file. Two
    /// where the pixels were 8-bit: their value representation was OB or OW (PS3.5 A.2), and the copy does not say which.
    /// None for what `compressReversibly` does not make.
    package static func restoredForms(ofFile path: String) throws -> [AcquiredForm] {
        let file = try DICOMFile(path)
        let dataSet = try file.dataSet()
        guard file.meta.transferSyntax == .jpegLSLossless, case .fragments? = dataSet[.pixelData]?.content,
            let splice = try PixelSplice(file, dataSet)
        else { return [] }
        let reader = try FrameReader(file)
        let image = reader.attributes
        guard !image.isPlanar else { return [] }
        var restored = try (image.bitsAllocated > 8 ? [VR.OW] : [.OB, .OW]).map {
            try splice.restoring(pixelBytes: image.frameSize * image.numberOfFrames, vr: $0)
        }
        for index in 0..<image.numberOfFrames {
            let frame = try reader.storedFrame(index)
            guard frame.photometric == image.photometricInterpretation else { return [] }
            for each in restored.indices { restored[each].update(frame.bytes) }
        }
        return try restored.map { try $0.finish() }
    }
}
