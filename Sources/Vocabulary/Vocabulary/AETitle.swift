// Application entity titles.

/// The name of a DICOM application entity (PS3.8 9.3.2, VR AE): 1 to 16 characters, without leading and trailing spaces,
/// backslash or control characters.
package struct AETitle: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init?(rawValue: String) {
        var bytes = rawValue.utf8[...]
        while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
        while bytes.first == 0x20 { bytes.removeFirst() }
        guard (1...16).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x5C }) else {
            return nil
        }
        self.rawValue = String(decoding: bytes, as: UTF8.self)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text.prefix(40))' is not an AE title (1 to 16 characters)"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
