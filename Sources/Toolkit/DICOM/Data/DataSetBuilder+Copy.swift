// Parsed data sets, written again.

extension DataSetBuilder {
    /// A parsed data set, its values' bytes unchanged but for their order; compressed pixel data and group lengths left out.
    init(copying dataSet: DataSet) throws {
        self.init()
        let isSigned = try dataSet.integer(.pixelRepresentation) == 1
        for element in dataSet.elements where !element.tag.isGroupLength && !contains(element.tag) {
            switch element.content {
            case .bytes(let offset, let count):
                let vr = element.vr == .US && isSigned && Self.signedLikePixels.contains(element.tag) ? .SS : element.vr
                let bytes = try dataSet.source.bytes(at: offset, count: count)
                let ordered = BinaryValue.littleEndian(
                    bytes, unit: vr.unit, isBigEndian: element.encoding.isBigEndian)
                set(element.tag, bytes: ordered, vr: vr.isPlausible ? vr : .UN)
            case .items(let items):
                set(element.tag, items: try items.map { try DataSetBuilder(copying: $0) })
            case .fragments:
                break
            }
        }
    }

    /// US or SS as the pixel representation says; the dictionary alone cannot tell.
    private static let signedLikePixels: Set<Tag> = [
        Tag(0x0028, 0x0106), Tag(0x0028, 0x0107), Tag(0x0028, 0x0108), Tag(0x0028, 0x0109), Tag(0x0028, 0x0110),
        Tag(0x0028, 0x0111), Tag(0x0028, 0x0120), Tag(0x0028, 0x0121),
    ]
}
