// Values fetched by their path.

import Foundation

extension DataSet {
    /// A value's bytes, little endian.
    package struct BulkData: Sendable {
        package let tag: Tag
        package let vr: VR
        package let bytes: Data
    }

    /// The value at a path as `DICOMJSON` writes it; `nil` where there is none. Fragments come joined, without their
    /// offset table. Throws `.tooLarge` beyond `limit` bytes.
    package func bulkData(at path: String, limit: Int = 1 << 31) throws -> BulkData? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1, parts.count < 80, let tag = parts.last.flatMap({ Tag(hexadecimal: $0) }) else {
            return nil
        }
        var place = self
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let sequence = Tag(hexadecimal: parts[index]), let number = Int(parts[index + 1]) else { return nil }
            let items = place.items(sequence)
            guard items.indices.contains(number) else { return nil }
            place = items[number]
        }
        guard let element = place[tag] else { return nil }
        func check(_ size: Int) throws {
            guard size <= limit else {
                throw DICOMError(code: .tooLarge, message: "the value \(tag) exceeds the limit of \(limit) bytes")
            }
        }
        switch element.content {
        case .items:
            return nil
        case .bytes(let offset, let count):
            try check(count)
            let bytes = try source.bytes(at: offset, count: count)
            let ordered = BinaryValue.littleEndian(
                bytes, unit: element.vr.unit, isBigEndian: element.encoding.isBigEndian)
            return BulkData(tag: tag, vr: element.vr, bytes: Data(ordered))
        case .fragments(let fragments):
            let data = fragments.dropFirst()
            try check(data.reduce(0) { $0 + $1.count })
            let bytes = try data.flatMap { try source.bytes(at: $0.lowerBound, count: $0.count) }
            return BulkData(tag: tag, vr: element.vr, bytes: Data(bytes))
        }
    }
}
