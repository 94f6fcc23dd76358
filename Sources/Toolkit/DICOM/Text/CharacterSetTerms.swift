// The defined terms of Specific Character Set (0008,0005), and what they become in practice.

/// PS3.3 C.12.1.1.2.
enum CharacterSetTerms {
    static func declaration(_ bytes: [UInt8]) -> CharacterSets.Declaration {
        let terms = String(decoding: bytes, as: UTF8.self).split(separator: "\\", omittingEmptySubsequences: false)
            .map(normalised)
        if let whole = terms.lazy.compactMap({ whole[$0] }).first { return .single(whole) }
        let numbers = terms.map(number)
        let isExtended = terms.count > 1 || terms.contains { $0.hasPrefix("2022IR") }
        // Katakana has a yen sign where ASCII has its backslash: only its upper half may go through iconv.
        if isExtended || numbers == ["13"] {
            let sets = numbers.compactMap { g1[$0] }
            return .extended(
                initialG1: numbers.first.flatMap { g1[$0] }, multiByte: sets.filter { MultiByteFamily($0) != nil })
        }
        return numbers.first.flatMap { g1[$0] }.map { .single($0) } ?? .undeclared
    }

    /// "iso-ir 100" and "ISO_IR 100" → "IR100", "ISO 2022 IR 58" → "2022IR58".
    private static func normalised(_ term: Substring) -> String {
        let kept = term.uppercased().unicodeScalars.filter { !" _-\u{0}".unicodeScalars.contains($0) }
        let text = String(String.UnicodeScalarView(kept))
        return text.hasPrefix("ISO") ? String(text.dropFirst(3)) : text
    }

    /// `IR` and `2022` may be missing, misplaced or doubled: the registration number says it all.
    private static func number(of term: String) -> String {
        if term.hasPrefix("2022IR") { return String(term.dropFirst(6)) }
        if term.hasPrefix("2022") { return String(term.dropFirst(4)) }
        return term.hasPrefix("IR") ? String(term.dropFirst(2)) : term
    }

    private static let whole = [
        "IR192": "UTF-8", "2022IR192": "UTF-8", "192": "UTF-8", "UTF8": "UTF-8", "GB18030": "GB18030",
        "GBK": "GB18030", "GB2312": "GB18030", "2022GBK": "GB18030", "2022GB18030": "GB18030", "IRGBK": "GB18030",
        "BIG5": "CP950", "SHIFTJIS": "CP932", "SJIS": "CP932", "EUCKR": "UHC",
    ]

    private static let g1 = [
        "100": "ISO-8859-1", "101": "ISO-8859-2", "109": "ISO-8859-3", "110": "ISO-8859-4", "144": "ISO-8859-5",
        "127": "ISO-8859-6", "126": "ISO-8859-7", "138": "ISO-8859-8", "148": "ISO-8859-9", "203": "ISO-8859-15",
        "13": "JIS_X0201", "166": "TIS-620", "58": "GB18030", "149": "UHC",
        "88591": "ISO-8859-1", "88592": "ISO-8859-2", "88595": "ISO-8859-5", "88599": "ISO-8859-9",
    ]
}
