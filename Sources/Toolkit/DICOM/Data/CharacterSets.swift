// Specific Character Set (0008,0005): from bytes to text.

internal import CDCMTK

/// What a data set declares about its text (PS3.3 C.12.1.1.2, PS3.5 6.1), and how that text is read.
///
/// One element at a time: text that is not what was declared is still shown as well as it can be, and never fails the
/// object. Chinese modalities write GBK and declare ISO_IR 100 or nothing; that fault has a rule of its own.
package struct CharacterSets: Hashable, Sendable {
    enum Declaration: Hashable, Sendable {
        /// Nothing, or ISO 646 only.
        case undeclared
        /// iconv's name; no code extensions.
        case single(String)
        /// ISO 2022 code extensions; G1 at the beginning of each value.
        case extended(initialG1: String?)
    }

    let declaration: Declaration

    package static let undeclared = CharacterSets(declaration: .undeclared)
    package static let utf8 = CharacterSets(declaration: .single("UTF-8"))

    private init(declaration: Declaration) { self.declaration = declaration }

    /// From the element's bytes. Lower case, hyphens for underscores and other spellings are understood.
    package init(_ bytes: [UInt8]) {
        let terms = String(decoding: bytes, as: UTF8.self).split(separator: "\\", omittingEmptySubsequences: false)
            .map(Self.normalised)
        if let whole = terms.lazy.compactMap({ Self.whole[$0] }).first {
            declaration = .single(whole)
        } else if terms.count > 1 || terms.contains(where: { $0.hasPrefix("2022IR") }) {
            declaration = .extended(initialG1: terms.first.flatMap { Self.g1[Self.number(of: $0)] })
        } else if let name = terms.first.flatMap({ Self.g1[Self.number(of: $0)] }) {
            declaration = .single(name)
        } else {
            declaration = .undeclared
        }
    }

    /// The values of a string element, without padding.
    package func values(of bytes: [UInt8], vr: VR) -> [String] {
        guard vr.isMultiValued else { return [Self.trimmedEnd(decode(bytes, vr: vr))] }
        let text = decode(bytes, vr: vr)
        let parts =
            text.utf8.contains(0x5C)
            ? text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init) : [text]
        return parts.map(Self.trimmed)
    }

    /// The text of a whole value, padding included.
    package func decode(_ bytes: [UInt8], vr: VR) -> String {
        guard bytes.contains(where: { $0 >= 0x80 || $0 == 0x1B }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        guard vr.isText else { return TextConversion.guess(bytes) }
        switch declaration {
        case .undeclared:
            return bytes.contains(0x1B) && !bytes.contains { $0 >= 0x80 }
                ? ISO2022.decode(bytes, initialG1: nil, isPersonName: vr == .PN) : TextConversion.guess(bytes)
        case .single("ISO-8859-1"):
            return TextConversion.guess(bytes)
        case .single(let name):
            return TextConversion.convert(bytes, from: name) ?? TextConversion.guess(bytes)
        case .extended(let initialG1):
            // Without any escape, and with a first value that has no G1, the bytes are anything but ISO 2022.
            guard bytes.contains(0x1B) || (initialG1 != nil && initialG1 != "ISO-8859-1") else {
                return TextConversion.guess(bytes)
            }
            return ISO2022.decode(bytes, initialG1: initialG1, isPersonName: vr == .PN)
        }
    }

    // MARK: Terms

    /// "iso-ir 100" and "ISO_IR 100" → "IR100", "ISO 2022 IR 58" → "2022IR58".
    private static func normalised(_ term: Substring) -> String {
        let kept = term.uppercased().unicodeScalars.filter { !" _-\u{0}".unicodeScalars.contains($0) }
        let text = String(String.UnicodeScalarView(kept))
        return text.hasPrefix("ISO") ? String(text.dropFirst(3)) : text
    }

    private static func number(of term: String) -> String {
        term.hasPrefix("2022IR") ? String(term.dropFirst(6)) : term.hasPrefix("IR") ? String(term.dropFirst(2)) : term
    }

    private static let whole = [
        "IR192": "UTF-8", "2022IR192": "UTF-8", "UTF8": "UTF-8", "GB18030": "GB18030", "GBK": "GB18030",
        "GB2312": "GB18030",
    ]

    private static let g1 = [
        "100": "ISO-8859-1", "101": "ISO-8859-2", "109": "ISO-8859-3", "110": "ISO-8859-4", "144": "ISO-8859-5",
        "127": "ISO-8859-6", "126": "ISO-8859-7", "138": "ISO-8859-8", "148": "ISO-8859-9", "203": "ISO-8859-15",
        "13": "JIS_X0201", "166": "TIS-620", "58": "GB2312", "149": "EUC-KR",
        "88591": "ISO-8859-1", "88592": "ISO-8859-2", "88595": "ISO-8859-5", "88599": "ISO-8859-9",
    ]

    // MARK: Padding

    private static func trimmedEnd(_ text: String) -> String {
        var view = text.unicodeScalars[...]
        while let last = view.last, last == " " || last == "\u{0}" { view.removeLast() }
        return String(view)
    }

    private static func trimmed(_ text: String) -> String {
        var view = text.unicodeScalars[...]
        while let last = view.last, last == " " || last == "\u{0}" { view.removeLast() }
        while let first = view.first, first == " " { view.removeFirst() }
        return String(view)
    }
}
