// Exchanging the pixel data of a file and nothing else.

import Foundation
import Vocabulary

/// The bytes before and after the pixel data of an Explicit VR Little Endian file. What is exchanged between them leaves
/// every other byte as it was acquired, so that a compressed copy can be decoded to the very data set it came from.
struct PixelSplice {
    private let file: DICOMFile
    private let head: Range<Int>
    private let tail: Range<Int>

    /// `nil` where the elements would have to be written in another way, or offset tables stand before the pixel data.
    init?(_ file: DICOMFile, _ dataSet: DataSet) throws {
        let encoding = ElementEncoding(isExplicit: true)
        guard file.encoding == encoding, !file.meta.transferSyntax.isDeflated, dataSet[.extendedOffsetTable] == nil,
            let element = dataSet[.pixelData]
        else { return nil }
        let valueStart: Int
        let end: Int
        switch element.content {
        case .bytes(let offset, let count):
            valueStart = offset
            end = offset + count
        case .fragments(let fragments):
            guard let first = fragments.first, let last = fragments.last else { return nil }
            valueStart = first.lowerBound - 8
            let delimiter = try file.source.bytes(
                at: last.upperBound, count: min(8, file.source.count - last.upperBound))
            guard delimiter == [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0] else { return nil }
            end = last.upperBound + 8
        case .items:
            return nil
        }
        // Tag, VR, two reserved bytes, length.
        head = file.start..<valueStart - 12
        tail = end..<file.source.count
        self.file = file
    }

    /// `nil` where the decoded pixels need other attributes than the compressed ones had.
    func native(_ pixels: Transcoder.DecodedPixels, _ syntax: TransferSyntax) throws -> Data? {
        guard syntax == .explicitVRLittleEndian, pixels.photometric == pixels.image.photometricInterpretation,
            !pixels.image.isPlanar
        else { return nil }
        var element = DataSetBuilder()
        element.set(.pixelData, bytes: pixels.bytes, vr: pixels.vr)
        return try joined(element, syntax)
    }

    func encapsulated(_ frames: [[UInt8]], _ syntax: TransferSyntax) throws -> Data {
        var element = DataSetBuilder()
        element.setPixelData(fragments: frames)
        return try joined(element, syntax)
    }

    private func joined(_ element: DataSetBuilder, _ syntax: TransferSyntax) throws -> Data {
        var meta = file.meta
        meta.transferSyntax = syntax
        return try meta.encoded() + Data(file.source.bytes(at: head.lowerBound, count: head.count)) + element.encoded()
            + Data(file.source.bytes(at: tail.lowerBound, count: tail.count))
    }
}
