// Palette colour lookup tables.

import Vocabulary

/// PS3.3 C.7.6.3.1.5, 6; applied to 8 bits a sample.
struct Palette {
    private let first: Int
    private let tables: [[UInt8]]

    /// `nil` where there is none, or one that makes no sense.
    init?(_ dataSet: DataSet) throws {
        var tables: [[UInt8]] = []
        var first = 0
        for place in Self.places {
            let descriptor = try dataSet.integers(place.descriptor)
            guard descriptor.count == 3 else { return nil }
            let count = descriptor[0] & 0xFFFF == 0 ? 65536 : descriptor[0] & 0xFFFF
            first = descriptor[1]
            let table: [UInt8]? =
                if let bytes = try Self.ordered(place.data, dataSet) {
                    Self.table(bytes, count: count, bits: descriptor[2])
                } else if let bytes = try Self.ordered(place.segmented, dataSet) {
                    Self.table(segments: bytes, count: count, bits: descriptor[2])
                } else {
                    nil
                }
            guard let table else { return nil }
            tables.append(table)
        }
        self.first = first
        self.tables = tables
    }

    private static let places: [(descriptor: Tag, data: Tag, segmented: Tag)] = [
        (.redPaletteDescriptor, .redPaletteData, .segmentedRedPaletteData),
        (.greenPaletteDescriptor, .greenPaletteData, .segmentedGreenPaletteData),
        (.bluePaletteDescriptor, .bluePaletteData, .segmentedBluePaletteData),
    ]

    private static func ordered(_ tag: Tag, _ dataSet: DataSet) throws -> [UInt8]? {
        guard let element = dataSet[tag], let bytes = try dataSet.bytes(tag) else { return nil }
        return BinaryValue.littleEndian(
            bytes, unit: 2, isBigEndian: element.encoding.isBigEndian && element.vr != .OB)
    }

    private static func table(segments bytes: [UInt8], count: Int, bits: Int) -> [UInt8]? {
        let unit = bits <= 8 ? 1 : 2
        let data = unit == 1 ? bytes.map(Int.init) : BinaryValue.integers(bytes, of: UInt16.self, false).map(Int.init)
        guard let entries = SegmentedLUT(data: data, unit: unit).expanded(to: count) else { return nil }
        return entries.map { UInt8(truncatingIfNeeded: unit == 1 ? $0 : $0 >> 8) }
    }

    /// Entries of 8 bits lie in bytes or in words; of 16 bits the upper byte is shown. Some write 16 and mean 8.
    private static func table(_ bytes: [UInt8], count: Int, bits: Int) -> [UInt8]? {
        if bits <= 8, bytes.count < count * 2 { return bytes.count >= count ? Array(bytes.prefix(count)) : nil }
        guard bytes.count >= count * 2 else { return nil }
        let words = BinaryValue.integers(bytes, of: UInt16.self, false).prefix(count)
        let isNarrow = bits <= 8 || words.allSatisfy { $0 < 256 }
        return words.map { UInt8(truncatingIfNeeded: isNarrow ? $0 : $0 >> 8) }
    }

    func rgb(of indices: [UInt8], width: Int, isSigned: Bool) -> [UInt8] {
        let count = indices.count / width
        return [UInt8](unsafeUninitializedCapacity: count * 3) { output, filled in
            for pixel in 0..<count {
                var value = Int(indices[pixel * width])
                if width > 1 { value |= Int(indices[pixel * width + 1]) << 8 }
                let entry = max(0, value - first)
                for (sample, table) in tables.enumerated() {
                    output[pixel * 3 + sample] = table[min(entry, table.count - 1)]
                }
            }
            filled = count * 3
        }
    }
}
