// Which fragments make up which frame.

import Vocabulary

/// Encapsulated pixel data, frame by frame (PS3.5 A.4).
struct FrameIndex: Sendable {
    /// Of each frame, the ranges of its fragments in the source.
    let frames: [[Range<Int>]]

    /// By one fragment a frame, the offset tables, or the codestreams' own beginnings, whichever tells.
    init(_ fragments: [Range<Int>], frames count: Int, dataSet: DataSet) throws {
        let data = Array(fragments.dropFirst())
        guard !data.isEmpty else {
            throw DICOMError(code: .malformed, message: "the compressed image has no fragments")
        }
        if count == 1 {
            frames = [data]
        } else if data.count == count {
            frames = data.map { [$0] }
        } else if let starts = try Self.starts(fragments, data, count, dataSet) {
            frames = starts.indices.map { index in
                Array(data[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : data.count)])
            }
        } else {
            throw DICOMError(
                code: .malformed, message: "\(data.count) fragments cannot be told apart into \(count) frames")
        }
    }

    private static func starts(
        _ fragments: [Range<Int>], _ data: [Range<Int>], _ count: Int, _ dataSet: DataSet
    ) throws -> [Int]? {
        let basic = try dataSet.source.bytes(at: fragments[0].lowerBound, count: fragments[0].count)
        let offsets = BinaryValue.integers(basic, of: UInt32.self, false).map(Int.init)
        if let found = indices(of: offsets, in: data, count) { return found }
        let extended = try dataSet.bytes(.extendedOffsetTable, upTo: 8 << 20) ?? []
        let wide = BinaryValue.integers(extended, of: UInt64.self, false).map { Int(clamping: $0) }
        if let found = indices(of: wide, in: data, count) { return found }
        var begun: [Int] = []
        for (index, range) in data.enumerated() where range.count >= 2 {
            let mark = try dataSet.source.bytes(at: range.lowerBound, count: 2)
            if mark == [0xFF, 0xD8] || mark == [0xFF, 0x4F] { begun.append(index) }
        }
        return begun.count == count && begun.first == 0 ? begun : nil
    }

    /// Offsets count from the first fragment's item tag.
    private static func indices(of offsets: [Int], in data: [Range<Int>], _ count: Int) -> [Int]? {
        guard offsets.count == count, offsets.first == 0 else { return nil }
        let base = data[0].lowerBound
        let places = Dictionary(
            data.enumerated().map { ($1.lowerBound - base, $0) }, uniquingKeysWith: { first, _ in first })
        let found = offsets.compactMap { places[$0] }
        guard found.count == count, zip(found, found.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        return found
    }
}
