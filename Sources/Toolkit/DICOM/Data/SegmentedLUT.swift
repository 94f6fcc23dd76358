// Segmented palette colour lookup tables.

/// PS3.3 C.7.9.2: a table written as runs, straight lines and references to earlier segments.
struct SegmentedLUT {
    /// 8-bit or 16-bit entries.
    let data: [Int]
    /// Bytes an entry; offsets count bytes.
    let unit: Int

    /// At most `count` entries; `nil` where the segments make no sense.
    func expanded(to count: Int) -> [Int]? {
        var entries: [Int] = []
        var position = 0
        // A trailing pad byte may follow the last segment.
        while position + 1 < data.count, entries.count < count {
            if data[position] == 2 {
                guard let next = expandReference(at: position, &entries, count) else { return nil }
                position = next
            } else {
                guard let next = expand(at: position, &entries, count) else { return nil }
                position = next
            }
        }
        return entries.count >= count ? Array(entries.prefix(count)) : nil
    }

    /// A discrete or a linear segment; where the next one begins.
    private func expand(at position: Int, _ entries: inout [Int], _ count: Int) -> Int? {
        let length = data[position + 1]
        let start = position + 2
        switch data[position] {
        case 0:
            guard start + length <= data.count else { return nil }
            entries += data[start..<start + length]
            return start + length
        case 1:
            guard start < data.count, length > 0, let from = entries.last else { return nil }
            let rise = Double(data[start] - from) / Double(length)
            for step in 1...length {
                entries.append(Int((Double(from) + rise * Double(step)).rounded(.toNearestOrEven)))
            }
            return start + 1
        default:
            return nil
        }
    }

    /// Repeats earlier segments, which are no references themselves.
    private func expandReference(at position: Int, _ entries: inout [Int], _ count: Int) -> Int? {
        let words = 4 / unit
        guard position + 2 + words <= data.count else { return nil }
        var offset = 0
        for index in 0..<words { offset |= data[position + 2 + index] << (8 * unit * index) }
        var from = offset / unit
        for _ in 0..<data[position + 1] where entries.count < count {
            guard from + 1 < data.count, let next = expand(at: from, &entries, count) else { return nil }
            from = next
        }
        return position + 2 + words
    }
}
