// A Part 10 file, opened for reading.

import Foundation
import Vocabulary

/// The head of a Part 10 file and its data set's bytes, inflated where they are deflated.
package struct DICOMFile: Sendable {
    package let meta: FileMetaInformation
    /// Where the data set begins in the file.
    package let dataSetOffset: Int
    /// From there to the end of the file.
    package let dataSetSize: Int
    let source: ByteSource
    /// Where the data set begins in `source`.
    let start: Int
    let encoding: ElementEncoding
    let notes: Set<StructureNote>

    /// Throws `.notPart10`, `.malformed`, `.tooLarge` (a deflated data set beyond the limit), `.io`.
    package init(_ path: String, limits: StructureLimits = StructureLimits()) throws {
        let file = try ByteSource(file: path)
        let (meta, offset) = try FileMetaInformation.read(from: file)
        self.meta = meta
        dataSetOffset = Int(offset)
        dataSetSize = file.count - Int(offset)
        encoding = ElementEncoding(meta.transferSyntax)
        guard meta.transferSyntax.isDeflated else {
            source = file
            start = Int(offset)
            notes = []
            return
        }
        let (inflated, truncated) = try InflatedFile.make(path, from: offset, limit: limits.inflatedSize)
        source = inflated
        start = 0
        notes = truncated ? [.deflateTruncated] : []
    }

    func walker(limits: StructureLimits = StructureLimits(), stopsAtPixelData: Bool = false) -> ElementWalker {
        ElementWalker(source, from: start, encoding: encoding, limits: limits, stopsAtPixelData: stopsAtPixelData)
    }

    /// The whole tree; pixel data stays in the file.
    ///
    /// - Parameter truth: how the text is really written, where an operator knows.
    package func dataSet(truth: CharacterEncoding? = nil) throws -> DataSet {
        var walker = walker()
        return try DataSet.read(&walker, source: source, truth: truth)
    }
}

/// The buffer a foreign function writes its sentence into.
struct ForeignFailure: CustomStringConvertible {
    var text = [CChar](repeating: 0, count: 256)

    var description: String { Self.string(text) }

    static func string(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
