// The name of a node.

/// One running daemon's name in the network: lower-case letters, digits and hyphens, 1 to 32 characters, a letter first.
package struct NodeName: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init?(rawValue: String) {
        guard (1...32).contains(rawValue.utf8.count), let first = rawValue.utf8.first, (0x61...0x7A).contains(first),
            rawValue.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return nil }
        self.rawValue = rawValue
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }

    /// The subject alternative name by which a certificate names its node: `urn:jieli:node:NAME`.
    package var uniformResourceName: String { Self.namespace + rawValue }

    package init?(uniformResourceName: String) {
        guard uniformResourceName.hasPrefix(Self.namespace) else { return nil }
        self.init(rawValue: String(uniformResourceName.dropFirst(Self.namespace.count)))
    }

    private static let namespace = "urn:jieli:node:"

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text.prefix(40))' is not a node name (lower-case letters, digits, hyphens)"))
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
