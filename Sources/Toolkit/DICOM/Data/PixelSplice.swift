// Exchanging the pixel data of a file and nothing else.

import Foundation
import Vocabulary

import struct Crypto.SHA256

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
    ///
    /// - Parameter acquired: what the data set is known to have been; tells OW from OB where the pixels do not.
    func native(
        _ pixels: Transcoder.DecodedPixels, _ syntax: TransferSyntax, acquired: Digest?
    ) throws -> Data? {
        guard syntax == .explicitVRLittleEndian, pixels.photometric == pixels.image.photometricInterpretation,
            !pixels.image.isPlanar
        else { return nil }
        func made(_ vr: VR) throws -> (head: Data, dataSet: Data) {
            var element = DataSetBuilder()
            element.set(.pixelData, bytes: pixels.bytes, vr: vr)
            return try joined(element, syntax)
        }
        let usual = try made(pixels.vr)
        if let acquired, pixels.vr == .OB, Digest(of: usual.dataSet) != acquired {
            let other = try made(.OW)
            if Digest(of: other.dataSet) == acquired { return other.head + other.dataSet }
        }
        return usual.head + usual.dataSet
    }

    /// Preamble and meta information, and the data set.
    func encapsulated(_ frames: [[UInt8]], _ syntax: TransferSyntax) throws -> (head: Data, dataSet: Data) {
        var element = DataSetBuilder()
        element.setPixelData(fragments: frames)
        return try joined(element, syntax)
    }

    private func joined(_ element: DataSetBuilder, _ syntax: TransferSyntax) throws -> (head: Data, dataSet: Data) {
        var meta = file.meta
        meta.transferSyntax = syntax
        let dataSet =
            try Data(file.source.bytes(at: head.lowerBound, count: head.count)) + element.encoded()
            + Data(file.source.bytes(at: tail.lowerBound, count: tail.count))
        return (try meta.encoded(), dataSet)
    }

    // MARK: Hashing what would be restored

    /// Takes the decoded pixels piece by piece.
    struct Restoring {
        private var hash = SHA256()
        private let splice: PixelSplice
        private let pixelBytes: Int

        fileprivate init(_ splice: PixelSplice, pixelBytes: Int, vr: VR) throws {
            self.splice = splice
            self.pixelBytes = pixelBytes
            hash.update(data: try splice.file.source.bytes(at: splice.head.lowerBound, count: splice.head.count))
            let length = UInt32(pixelBytes + pixelBytes % 2)
            var header: [UInt8] = [0xE0, 0x7F, 0x10, 0x00]
            header += [UInt8(vr.letters >> 8), UInt8(truncatingIfNeeded: vr.letters), 0, 0]
            header += (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
            hash.update(data: header)
        }

        mutating func update(_ pixels: [UInt8]) { hash.update(data: pixels) }

        func finish() throws -> AcquiredForm {
            var hash = hash
            let tail = try splice.file.source.bytes(at: splice.tail.lowerBound, count: splice.tail.count)
            hash.update(data: [UInt8](repeating: 0, count: pixelBytes % 2) + tail)
            return AcquiredForm(
                digest: Digest(hash.finalize()),
                size: Int64(splice.head.count + 12 + pixelBytes + pixelBytes % 2 + tail.count),
                transferSyntax: .explicitVRLittleEndian)
        }
    }

    /// Throws `.tooLarge` for pixels that one element of defined length cannot hold.
    func restoring(pixelBytes: Int, vr: VR) throws -> Restoring {
        guard pixelBytes < 0xFFFF_FFFE else {
            throw DICOMError(code: .tooLarge, message: "the decoded image exceeds what one element can hold")
        }
        return try Restoring(self, pixelBytes: pixelBytes, vr: vr)
    }
}
