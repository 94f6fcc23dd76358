// Palette colour lookup tables.

import Vocabulary

/// PS3.3 C.7.6.3.1.5, 6; applied to 8 bits a sample.
struct Palette {
    private let first: Int
    private let tables: [[UInt8]]

    /// `nil` where there is none, or a segmented one.
    init?(_ dataSet: DataSet) throws {
        var tables: [[UInt8]] = []
        var first = 0
        let places: [(Tag, Tag)] = [
            (.redPaletteDescriptor, .redPaletteData), (.greenPaletteDescriptor, .greenPaletteData),
            (.bluePaletteDescriptor, .bluePaletteData),
        ]
        for (descriptorTag, dataTag) in places {
            let descriptor = try dataSet.integers(descriptorTag)
            guard descriptor.count == 3, let element = dataSet[dataTag], let bytes = try dataSet.bytes(dataTag) else {
                return nil
            }
            let count = descriptor[0] & 0xFFFF == 0 ? 65536 : descriptor[0] & 0xFFFF
            first = descriptor[1]
            let ordered = BinaryValue.littleEndian(
                bytes, unit: 2, isBigEndian: element.encoding.isBigEndian && element.vr != .OB)
            guard let table = Self.table(ordered, count: count, bits: descriptor[2]) else { return nil }
            tables.append(table)
        }
        self.first = first
        self.tables = tables
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
