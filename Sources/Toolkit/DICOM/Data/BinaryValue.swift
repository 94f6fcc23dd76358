// Numbers out of bytes.

enum BinaryValue {
    /// The values of a numeric element, DS and IS included; what is not a number is left out.
    static func numbers(_ bytes: [UInt8], vr: VR, tag: Tag, isBigEndian: Bool) -> [Double] {
        switch vr {
        case .US: return integers(bytes, of: UInt16.self, isBigEndian).map(Double.init)
        case .SS: return integers(bytes, of: Int16.self, isBigEndian).map(Double.init)
        case .UL, .OL: return integers(bytes, of: UInt32.self, isBigEndian).map(Double.init)
        case .SL: return integers(bytes, of: Int32.self, isBigEndian).map(Double.init)
        case .UV, .OV: return integers(bytes, of: UInt64.self, isBigEndian).map(Double.init)
        case .SV: return integers(bytes, of: Int64.self, isBigEndian).map(Double.init)
        case .OW: return integers(bytes, of: UInt16.self, isBigEndian).map(Double.init)
        case .FL, .OF:
            return integers(bytes, of: UInt32.self, isBigEndian).map { Double(Float(bitPattern: $0)) }
        case .FD, .OD: return integers(bytes, of: UInt64.self, isBigEndian).map { Double(bitPattern: $0) }
        case .DS, .IS:
            return String(decoding: bytes, as: UTF8.self).split(separator: "\\", omittingEmptySubsequences: false)
                .compactMap { number($0) }
        default:
            // An element whose VR is lost (UN), or wrong: the dictionary knows better.
            let known = DataDictionary.vr(of: tag)
            guard known != vr, known != .UN, [.DS, .IS].contains(known) || known.unit > 1 else { return [] }
            return numbers(bytes, vr: known, tag: tag, isBigEndian: isBigEndian)
        }
    }

    /// A decimal string without its padding.
    static func number(_ text: some StringProtocol) -> Double? {
        var bytes = Array(text.utf8)[...]
        while let first = bytes.first, first == 0x20 || first == 0 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    static func integers<Integer: FixedWidthInteger>(
        _ bytes: [UInt8], of type: Integer.Type, _ isBigEndian: Bool
    ) -> [Integer] {
        let width = MemoryLayout<Integer>.size
        return bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / width).map { index in
                let value = buffer.loadUnaligned(fromByteOffset: index * width, as: Integer.self)
                return isBigEndian ? Integer(bigEndian: value) : Integer(littleEndian: value)
            }
        }
    }

    /// In little endian order, whatever they were.
    static func littleEndian(_ bytes: [UInt8], unit: Int, isBigEndian: Bool) -> [UInt8] {
        guard isBigEndian, unit > 1 else { return bytes }
        var swapped = bytes
        var start = 0
        while start + unit <= swapped.count {
            swapped[start..<start + unit].reverse()
            start += unit
        }
        return swapped
    }
}
