// Bytes in some encoding to text, by iconv.

internal import CDCMTK
import Vocabulary

enum TextConversion {
    /// `nil` when a byte does not belong to the encoding.
    static func convert(_ bytes: some Collection<UInt8>, from encoding: String) -> String? {
        if bytes.isEmpty { return "" }
        if encoding == "UTF-8" { return String(validating: bytes, as: UTF8.self) }
        if encoding == "JIS_X0201" { return katakana(bytes) }
        let bytes = Array(bytes)
        // One byte of these sets becomes three in UTF-8 at most.
        let capacity = bytes.count * 4
        var converted = 0
        var status: Int32 = -1
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            status = CDCMTK_convert_text(
                "UTF-8", encoding, bytes, bytes.count, buffer.baseAddress, capacity, &converted)
            filled = converted
        }
        return status == 0 ? String(decoding: output, as: UTF8.self) : nil
    }

    /// `nil` when the encoding lacks a character.
    static func encode(_ text: String, to encoding: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        if encoding == "UTF-8" || bytes.isEmpty { return bytes }
        let capacity = bytes.count * 4
        var converted = 0
        var status: Int32 = -1
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            status = CDCMTK_convert_text(
                encoding, "UTF-8", bytes, bytes.count, buffer.baseAddress, capacity, &converted)
            filled = converted
        }
        return status == 0 ? output : nil
    }

    /// Half-width katakana, the upper half of JIS X 0201, which the C library does not know.
    private static func katakana(_ bytes: some Collection<UInt8>) -> String? {
        var text = String.UnicodeScalarView()
        for byte in bytes {
            switch byte {
            case 0..<0x80: text.append(UnicodeScalar(byte))
            case 0xA1...0xDF: text.append(UnicodeScalar(0xFF61 + UInt16(byte - 0xA1)) ?? "\u{FFFD}")
            default: return nil
            }
        }
        return String(text)
    }

    /// Every byte is its own character, as ISO 8859-1 has it: never fails.
    static func latin1(_ bytes: some Sequence<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
    }

    /// Reads around characters that are cut off: a name filled its 64 bytes, and the last of them is half a character.
    ///
    /// - Returns: `nil` where more is wrong than that, so that the encoding is probably another one.
    static func convertTruncated(_ bytes: [UInt8], from encoding: String) -> String? {
        if encoding == "UTF-8" { return truncatedUTF8(bytes) }
        guard let family = MultiByteFamily(encoding) else { return nil }
        var (text, run) = ("", [UInt8]())
        var (whole, cut, index) = (0, 0, 0)
        while index < bytes.count {
            if let length = family.length(of: bytes, at: index) {
                if bytes[index] >= 0x80 { whole += 1 }
                run += bytes[index..<index + length]
                index += length
                continue
            }
            guard TextGuess.endsPart(bytes, at: index + 1), let part = convert(run, from: encoding) else { return nil }
            text += part + "\u{FFFD}"
            run = []
            cut += 1
            index += 1
        }
        guard whole >= cut, cut > 0, let part = convert(run, from: encoding) else { return nil }
        return text + part
    }

    private static func truncatedUTF8(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let scalars = Array(text.unicodeScalars)
        var (whole, cut) = (0, 0)
        for (index, scalar) in scalars.enumerated() where scalar.value >= 0x80 {
            guard scalar == "\u{FFFD}" else {
                whole += 1
                continue
            }
            cut += 1
            let next = index + 1 < scalars.count ? scalars[index + 1].value : 0
            guard next < 0x80, TextGuess.isEndOfPart(UInt8(next)) else { return nil }
        }
        return whole >= cut && whole > 0 ? text : nil
    }
}

/// Where characters end in encodings whose second bytes may look like ASCII.
enum MultiByteFamily {
    case gb18030, big5, shiftJIS, uhc, eucJP

    init?(_ encoding: String) {
        switch encoding {
        case "GB18030": self = .gb18030
        case "CP950": self = .big5
        case "CP932": self = .shiftJIS
        case "UHC", "EUC-KR": self = .uhc
        case "EUC-JP": self = .eucJP
        default: return nil
        }
    }

    /// `nil` where no whole character begins at `index`.
    func length(of bytes: [UInt8], at index: Int) -> Int? {
        let lead = bytes[index]
        if lead < 0x80 { return 1 }
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch self {
        case .gb18030:
            guard (0x81...0xFE).contains(lead) else { return nil }
            if (0x30...0x39).contains(next) {
                guard index + 3 < bytes.count, (0x81...0xFE).contains(bytes[index + 2]),
                    (0x30...0x39).contains(bytes[index + 3])
                else { return nil }
                return 4
            }
            return (0x40...0xFE).contains(next) && next != 0x7F ? 2 : nil
        case .big5:
            return lead >= 0x81 && ((0x40...0x7E).contains(next) || next >= 0xA1) ? 2 : nil
        case .shiftJIS:
            if (0xA1...0xDF).contains(lead) { return 1 }
            return (0x40...0xFC).contains(next) && next != 0x7F ? 2 : nil
        case .uhc:
            return (0x81...0xFE).contains(lead) && (0x41...0xFE).contains(next) ? 2 : nil
        case .eucJP:
            if lead == 0x8F { return index + 2 < bytes.count && next >= 0xA1 && bytes[index + 2] >= 0xA1 ? 3 : nil }
            return (lead == 0x8E || lead >= 0xA1) && next >= 0xA1 ? 2 : nil
        }
    }
}

extension CharacterEncoding {
    /// iconv's name, of the widest set that contains it: what vendors call GB 2312 or Shift JIS is Windows' code page.
    var iconvName: String {
        switch self {
        case .gb18030: "GB18030"
        case .utf8: "UTF-8"
        case .big5: "CP950"
        case .shiftJIS: "CP932"
        case .eucKR: "UHC"
        case .latin1: "ISO-8859-1"
        case .cyrillic: "ISO-8859-5"
        case .arabic: "ISO-8859-6"
        }
    }
}
