// Text of no declared encoding, or of another than the declared one.

import Vocabulary

/// Judges one value by its bytes alone: UTF-8 where it is valid, GB18030 where every high byte stands in a pair of two bytes
/// from 0xA1, Latin-1 otherwise; and what that rule gets wrong in names that are met every day:
///
/// - 陆伟 in GBK is valid UTF-8 (`½ΰ`): text of two-byte sequences counts as UTF-8 only where it is of one script;
/// - 朱镕基 in GBK has a pair with a second byte below 0xA1: such pairs count among at least as many plain hanzi, or where
///   their first byte is nothing in Latin-1;
/// - a name that was cut in the middle of a character has one byte too many;
/// - `Größe` in Latin-1 is a pair from 0xA1: not between two Latin letters, one of them small.
enum TextGuess {
    static func read(_ bytes: [UInt8]) -> (text: String, encoding: CharacterEncoding) {
        let scan = GBScan(bytes)
        if let text = String(validating: bytes, as: UTF8.self) {
            if !(scan.isPlainHanzi && isAccident(text)) { return (text, .utf8) }
        } else if let text = TextConversion.convertTruncated(bytes, from: "UTF-8"), hasLongSequence(bytes) {
            return (text, .utf8)
        }
        if scan.isChinese {
            if let text = TextConversion.convert(bytes, from: "GB18030") { return (text, .gb18030) }
            if let text = TextConversion.convertTruncated(bytes, from: "GB18030") { return (text, .gb18030) }
        }
        return (TextConversion.latin1(bytes), .latin1)
    }

    /// Declared as `encoding` and valid in it, but Chinese in UTF-8 all the same: read as declared it would be hanzi that
    /// hardly anybody uses.
    static func isUTF8(_ bytes: [UInt8], declared encoding: String) -> String? {
        guard MultiByteFamily(encoding) != nil, hasLongSequence(bytes),
            let text = String(validating: bytes, as: UTF8.self)
                ?? TextConversion.convertTruncated(bytes, from: "UTF-8")
        else { return nil }
        if encoding == "GB18030", GBScan(bytes).isCommonHanzi { return nil }
        return text
    }

    /// UTF-8 of two-byte sequences only, which GBK makes by accident: no script, or too short to be sure of one.
    private static func isAccident(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var (count, scripts) = (0, Set<Script>())
        for (index, scalar) in scalars.enumerated() where scalar.value >= 0x80 {
            guard scalar.value < 0x800 else { return false }
            count += 1
            let script = Script(scalar)
            scripts.insert(script)
            guard script == .latin else { continue }
            let neighbours = [index - 1, index + 1].filter(scalars.indices.contains).map { scalars[$0] }
            if !neighbours.contains(where: { $0.properties.isAlphabetic && Script($0) == .latin }) { return true }
        }
        guard scripts.count == 1, let script = scripts.first else { return true }
        switch script {
        case .latin: return false
        case .none: return true
        case .other: return count < 3
        case .greek: return count < 4
        }
    }

    private enum Script: Hashable {
        case none, latin, greek, other(Int)

        init(_ scalar: UnicodeScalar) {
            switch scalar.value {
            case _ where !scalar.properties.isAlphabetic: self = .none
            case 0..<0x250: self = .latin
            case 0x370..<0x400: self = .greek
            case 0x400..<0x530: self = .other(1)
            case 0x590..<0x600: self = .other(2)
            case 0x600..<0x700: self = .other(3)
            default: self = .none
            }
        }
    }

    /// A sequence of three bytes or more: hanzi, kana, hangul.
    private static func hasLongSequence(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { index in
            bytes[index] >= 0xE0 && index + 2 < bytes.count && bytes[index + 1] & 0xC0 == 0x80
                && bytes[index + 2] & 0xC0 == 0x80
        }
    }

    /// The value, a group or a component of it ends here, or only padding follows.
    static func endsPart(_ bytes: [UInt8], at index: Int) -> Bool {
        index >= bytes.count || isEndOfPart(bytes[index])
    }

    static func isEndOfPart(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x5C || byte == 0x5E || byte == 0x3D }
}

/// What the bytes would be in GB18030.
private struct GBScan {
    /// Of GB 2312: all that most names and texts consist of.
    private(set) var hanzi = 0
    /// Of those, in level 1: the 3,755 that everybody uses.
    private(set) var common = 0
    private var symbols = 0
    /// With a second byte below 0xA1, or of four bytes.
    private var extended = 0
    /// Of those, how many begin with a byte that no Latin-1 text has.
    private var unmistakable = 0
    private var cut = 0
    private var stray = 0
    private var isEmbedded = true

    var isPlainHanzi: Bool { hanzi > 0 && symbols == 0 && extended == 0 && cut == 0 && stray == 0 }
    var isCommonHanzi: Bool { isPlainHanzi && common == hanzi }

    var isChinese: Bool {
        guard stray == 0, hanzi + symbols + extended > 0, !isEmbedded else { return false }
        if cut > 0 && hanzi < cut { return false }
        if extended == 0 { return true }
        return hanzi >= extended || (unmistakable == extended && extended > 0)
    }

    init(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            guard lead >= 0x80 else {
                index += 1
                continue
            }
            guard let length = MultiByteFamily.gb18030.length(of: bytes, at: index) else {
                if lead >= 0x81, lead < 0xFF, TextGuess.endsPart(bytes, at: index + 1) { cut += 1 } else { stray += 1 }
                index += 1
                continue
            }
            let trail = bytes[index + 1]
            if length == 4 || lead < 0xA1 || trail < 0xA1 {
                extended += 1
                if lead < 0xA0, trail >= 0x80 { unmistakable += 1 }
            } else if (0xB0...0xF7).contains(lead) {
                hanzi += 1
                if lead <= 0xD7 { common += 1 }
            } else {
                symbols += 1
            }
            if !Self.isBetweenLetters(bytes, index, length) { isEmbedded = false }
            index += length
        }
    }

    private static func isBetweenLetters(_ bytes: [UInt8], _ index: Int, _ length: Int) -> Bool {
        guard index > 0, index + length < bytes.count else { return false }
        let (before, after) = (bytes[index - 1], bytes[index + length])
        let small: ClosedRange<UInt8> = 0x61...0x7A
        return small.contains(before | 0x20) && small.contains(after | 0x20)
            && (small.contains(before) || small.contains(after))
    }
}
