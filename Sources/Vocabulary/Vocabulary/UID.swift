// DICOM unique identifiers, one Swift type for each thing they identify.

/// A DICOM unique identifier (PS3.5 9.1): digits and dots, 1 to 64 characters.
///
/// Real objects carry components with leading zeros and other irregularities; these are kept as they are, because a
/// study must never be refused, or renamed, for the spelling of its UID.
package protocol UniqueIdentifier: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible
where RawValue == String {
    init(unchecked value: String)
}

extension UniqueIdentifier {
    /// `nil` unless `rawValue`, without padding (trailing NUL and spaces), is a UID.
    package init?(rawValue: String) {
        let value = UIDSyntax.trimmed(rawValue)
        guard UIDSyntax.isValid(value) else { return nil }
        self.init(unchecked: value)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text.prefix(80))' is not a DICOM UID"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

package enum UIDSyntax {
    package static func trimmed(_ text: String) -> String {
        var bytes = text.utf8[...]
        while let last = bytes.last, last == 0 || last == 0x20 { bytes.removeLast() }
        while bytes.first == 0x20 { bytes.removeFirst() }
        return String(bytes) ?? text
    }

    package static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }
}

/// (0020,000D)
package struct StudyInstanceUID: UniqueIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }
}

/// (0020,000E)
package struct SeriesInstanceUID: UniqueIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }
}

/// (0008,0018)
package struct SOPInstanceUID: UniqueIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }
}

extension UniqueIdentifier {
    /// A new UID below 2.25 from 128 random bits (PS3.5 B.2).
    package static func generate() -> Self {
        var generator = SystemRandomNumberGenerator()
        return generate(using: &generator)
    }

    package static func generate(using generator: inout some RandomNumberGenerator) -> Self {
        let value = UInt128.random(in: 1...UInt128.max, using: &generator)
        return Self(unchecked: "2.25.\(value)")
    }
}
