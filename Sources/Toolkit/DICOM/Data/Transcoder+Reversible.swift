// Compression that can be undone to the byte.

import Foundation
import Vocabulary

extension Transcoder {
    /// Writes a JPEG-LS copy that `decompress` turns back into the very bytes of the data set, and proves it by doing so.
    /// Returns false, and leaves no file, where that cannot be had: the acquired bytes are then sent as they are.
    package static func compressReversibly(file path: String, output: String) throws -> Bool {
        let file = try DICOMFile(path)
        let dataSet = try file.dataSet()
        guard file.meta.transferSyntax == .explicitVRLittleEndian,
            case .bytes(_, let count)? = dataSet[.pixelData]?.content, count > 0,
            let splice = try PixelSplice(file, dataSet)
        else { return false }
        let temporary = output + ".jls"
        let restored = output + ".native"
        defer {
            unlink(temporary)
            unlink(restored)
        }
        do {
            try encode(file: path, to: .jpegLSLossless, output: temporary)
            let reader = try FrameReader(file: temporary)
            let frames = try (0..<reader.attributes.numberOfFrames).map { [UInt8](try reader.encapsulatedFrame($0)) }
            try write(splice.encapsulated(frames, .jpegLSLossless), to: output)
            try decompress(file: output, output: restored)
            if try dataSetBytes(restored) == dataSetBytes(path) { return true }
        } catch let error as DICOMError where !error.isRetriable || error.code == .other {
            // An image that JPEG-LS, or its encoder, cannot take.
        }
        unlink(output)
        return false
    }

    private static func dataSetBytes(_ path: String) throws -> [UInt8] {
        let file = try DICOMFile(path)
        return try file.source.bytes(at: file.start, count: file.dataSetSize)
    }
}
