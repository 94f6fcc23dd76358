// How a modality writes its text, whatever it declares.

/// Encodings that an operator can set for a modality, and that text of no declared encoding is taken for. The raw value is
/// what people read and what is kept.
package enum CharacterEncoding: String, Hashable, Codable, Sendable, CaseIterable {
    /// With GBK and GB 2312, which it contains.
    case gb18030 = "GB18030"
    case utf8 = "UTF-8"
    case big5 = "Big5"
    case shiftJIS = "Shift_JIS"
    case eucKR = "EUC-KR"
    case latin1 = "ISO-8859-1"
    case cyrillic = "ISO-8859-5"
    case arabic = "ISO-8859-6"

    /// Any spelling: `gbk`, `GB 2312`, `utf8`, `ISO_IR 192`.
    package init?(spelling: String) {
        let plain = String(
            String.UnicodeScalarView(
                spelling.uppercased().unicodeScalars.filter { !" _-".unicodeScalars.contains($0) }))
        guard let encoding = Self.spellings[plain] else { return nil }
        self = encoding
    }

    private static let spellings: [String: CharacterEncoding] = {
        var spellings: [String: CharacterEncoding] = [
            "GBK": .gb18030, "GB2312": .gb18030, "CP936": .gb18030, "UTF8": .utf8, "ISOIR192": .utf8, "IR192": .utf8,
            "CP950": .big5, "SJIS": .shiftJIS, "CP932": .shiftJIS, "CP949": .eucKR, "KSX1001": .eucKR,
            "LATIN1": .latin1, "ISOIR100": .latin1, "ISOIR144": .cyrillic, "ISOIR127": .arabic,
        ]
        for encoding in allCases {
            spellings[encoding.rawValue.uppercased().filter { !" _-".contains($0) }] = encoding
        }
        return spellings
    }()
}
