// Specific Character Set (0008,0005): from bytes to text.

import Vocabulary

/// What a data set declares about its text (PS3.3 C.12.1.1.2, PS3.5 6.1), what an operator says about it, and how that
/// text is read.
///
/// One element at a time: text that is not what was declared is still shown as well as it can be, and never fails the
/// object. Chinese modalities write GBK and declare ISO_IR 100 or nothing; `TextGuess` has the rule for that. The order:
///
/// 1. what an operator set, where the bytes are valid in it;
/// 2. what is declared, where the bytes are valid in it, and Latin-1 is not merely a default that nobody changed;
/// 3. the guess.
package struct CharacterSets: Hashable, Sendable {
    enum Declaration: Hashable, Sendable {
        /// Nothing, or ISO 646 only.
        case undeclared
        /// iconv's name; no code extensions.
        case single(String)
        /// ISO 2022 code extensions; G1 at the beginning of each value, and the multi-byte sets to be expected.
        case extended(initialG1: String?, multiByte: [String])
    }

    let declaration: Declaration
    /// What an operator knows better.
    let truth: CharacterEncoding?

    package static let undeclared = CharacterSets(declaration: .undeclared)
    package static let utf8 = CharacterSets(declaration: .single("UTF-8"))

    private init(declaration: Declaration, truth: CharacterEncoding? = nil) {
        self.declaration = declaration
        self.truth = truth
    }

    /// From the element's bytes. Lower case, hyphens for underscores and other spellings are understood.
    package init(_ bytes: [UInt8], truth: CharacterEncoding? = nil) {
        self.init(declaration: CharacterSetTerms.declaration(bytes), truth: truth)
    }

    /// Nothing is declared yet.
    static func undeclared(truth: CharacterEncoding?) -> CharacterSets {
        CharacterSets(declaration: .undeclared, truth: truth)
    }

    func told(_ truth: CharacterEncoding?) -> CharacterSets {
        CharacterSets(declaration: declaration, truth: truth)
    }

    /// The values of a string element, without padding.
    package func values(of bytes: [UInt8], vr: VR) -> [String] { reading(of: bytes, vr: vr).values }

    package func reading(of bytes: [UInt8], vr: VR) -> TextReading {
        let (text, basis) = decode(bytes, vr: vr)
        guard vr.isMultiValued else { return TextReading(values: [Self.trimmedEnd(text)], basis: basis) }
        let parts =
            text.utf8.contains(0x5C)
            ? text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init) : [text]
        return TextReading(values: parts.map(Self.trimmed), basis: basis)
    }

    /// The text of a whole value, padding included.
    private func decode(_ bytes: [UInt8], vr: VR) -> (String, TextBasis) {
        let escapes = bytes.contains(0x1B)
        guard escapes || bytes.contains(where: { $0 >= 0x80 }) else {
            return (String(decoding: bytes, as: UTF8.self), .plain)
        }
        if let truth, let told = told(truth, bytes, escapes: escapes) { return told }
        switch declaration {
        case .undeclared, .single("ISO-8859-1"):
            return escapes ? iso2022(bytes, vr) : guess(bytes)
        case .single(let name):
            if let text = TextGuess.isUTF8(bytes, declared: name) { return (text, .guessed(.utf8)) }
            return strictly(bytes, name) ?? guess(bytes)
        case .extended(let initialG1, let multiByte):
            if escapes { return iso2022(bytes, vr) }
            // Without any escape, and with a first value that has no G1, the bytes are anything but ISO 2022.
            guard initialG1 == nil || initialG1 == "ISO-8859-1" else { return iso2022(bytes, vr) }
            if String(validating: bytes, as: UTF8.self) != nil { return guess(bytes) }
            for name in multiByte {
                if let (text, _) = strictly(bytes, name) { return (text, .declared) }
            }
            return guess(bytes)
        }
    }

    private func told(
        _ truth: CharacterEncoding, _ bytes: [UInt8], escapes: Bool
    ) -> (String, TextBasis)? {
        // Who designates sets knows what they are doing, and so does who writes UTF-8 and says so.
        if escapes, case .extended = declaration { return nil }
        if declaration == .single("UTF-8"), String(validating: bytes, as: UTF8.self) != nil { return nil }
        if let text = TextGuess.isUTF8(bytes, declared: truth.iconvName) { return (text, .guessed(.utf8)) }
        return strictly(bytes, truth.iconvName).map { ($0.0, .told(truth)) }
    }

    private func strictly(_ bytes: [UInt8], _ encoding: String) -> (String, TextBasis)? {
        if let text = TextConversion.convert(bytes, from: encoding) { return (text, .declared) }
        return TextConversion.convertTruncated(bytes, from: encoding).map { ($0, .declared) }
    }

    private func iso2022(_ bytes: [UInt8], _ vr: VR) -> (String, TextBasis) {
        let initialG1: String? =
            switch declaration {
            case .undeclared: nil
            case .single(let name): name
            case .extended(let initialG1, _): initialG1
            }
        return ISO2022.decode(bytes, initialG1: initialG1, isPersonName: vr == .PN)
    }

    /// Latin-1 where Latin-1 was declared is no guess.
    private func guess(_ bytes: [UInt8]) -> (String, TextBasis) {
        let (text, encoding) = TextGuess.read(bytes)
        let isDeclared = encoding == .latin1 && declaration == .single("ISO-8859-1")
        return (text, isDeclared ? .declared : .guessed(encoding))
    }

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
