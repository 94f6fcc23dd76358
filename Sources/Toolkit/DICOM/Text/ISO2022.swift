// Code extensions (PS3.5 6.1.2.5).

import Vocabulary

/// Reads text that switches sets by escape sequences: G0 is single-byte or a Japanese double-byte set, G1 whatever was
/// designated last.
///
/// The standard returns to the first set after a delimiter; many Chinese and Korean systems don't designate their set
/// again there. Where the first set has no G1, the one designated last stays in force; where it is Latin-1, what looks like
/// Chinese is read as Chinese.
struct ISO2022 {
    private enum G0 { case ascii, jisX0208, jisX0212 }

    private let bytes: [UInt8]
    private let isPersonName: Bool
    private let initialG1: String?
    private var g0 = G0.ascii
    private var g1: String?
    private var text = ""
    private var basis = TextBasis.declared

    static func decode(_ bytes: [UInt8], initialG1: String?, isPersonName: Bool) -> (String, TextBasis) {
        var reader = ISO2022(bytes, initialG1: initialG1, isPersonName: isPersonName)
        reader.read()
        return (reader.text, reader.basis)
    }

    private init(_ bytes: [UInt8], initialG1: String?, isPersonName: Bool) {
        self.bytes = bytes
        self.initialG1 = initialG1
        self.isPersonName = isPersonName
        g1 = initialG1
    }

    private mutating func read() {
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x1B {
                index += designate(bytes[index...].prefix(4))
                continue
            }
            let isHigh = bytes[index] >= 0x80
            let end = isHigh ? endOfHighRun(from: index) : endOfLowRun(from: index)
            let run = Array(bytes[index..<end])
            if isHigh { readHigh(run) } else { readLow(run) }
            index = end
        }
    }

    private func endOfLowRun(from start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, bytes[end] != 0x1B, bytes[end] < 0x80 { end += 1 }
        return end
    }

    /// Vendors call GBK "ISO 2022 IR 58": then a character's second byte may be a letter, or a backslash.
    private func endOfHighRun(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] >= 0x80 {
            let pair = g1 == "GB18030" ? MultiByteFamily.gb18030.length(of: bytes, at: end) : nil
            end += pair ?? 1
        }
        return end
    }

    private mutating func readHigh(_ run: [UInt8]) {
        if let g1, g1 != "ISO-8859-1" {
            if let read = TextConversion.convert(run, from: g1) ?? TextConversion.convertTruncated(run, from: g1) {
                text += read
                return
            }
        }
        let (guess, encoding) = TextGuess.read(run)
        text += guess
        if encoding != .latin1 || g1 != "ISO-8859-1" { basis = .guessed(encoding) }
    }

    private mutating func readLow(_ run: [UInt8]) {
        switch g0 {
        case .jisX0208:
            text += TextConversion.convert(Self.doubleByte(run), from: "EUC-JP") ?? Self.pairs(run, Self.doubleByte)
        case .jisX0212:
            text += TextConversion.convert(Self.tripleByte(run), from: "EUC-JP") ?? Self.pairs(run, Self.tripleByte)
        case .ascii:
            text += String(decoding: run, as: UTF8.self)
            if initialG1 != nil, run.contains(where: isDelimiter) { g1 = initialG1 }
        }
    }

    // MARK: Escape sequences

    /// - Returns: how many bytes it takes; 1 for an escape that designates nothing we know.
    private mutating func designate(_ sequence: ArraySlice<UInt8>) -> Int {
        let escape = Array(sequence)
        guard escape.count >= 3 else { return 1 }
        switch (escape[1], escape[2]) {
        case (0x28, 0x42), (0x28, 0x4A): g0 = .ascii
        case (0x24, 0x42), (0x24, 0x40): g0 = .jisX0208
        case (0x2D, let final), (0x29, let final):
            guard let set = Self.single[final] else { return 1 }
            g1 = set
        case (0x24, 0x28) where escape.count == 4 && escape[3] == 0x44:
            g0 = .jisX0212
            return 4
        case (0x24, 0x29) where escape.count == 4 && Self.double[escape[3]] != nil:
            g1 = Self.double[escape[3]]
            return 4
        default: return 1
        }
        return 3
    }

    /// By the final byte of ESC - F and ESC ) I.
    private static let single: [UInt8: String] = [
        0x41: "ISO-8859-1", 0x42: "ISO-8859-2", 0x43: "ISO-8859-3", 0x44: "ISO-8859-4", 0x4C: "ISO-8859-5",
        0x47: "ISO-8859-6", 0x46: "ISO-8859-7", 0x48: "ISO-8859-8", 0x4D: "ISO-8859-9", 0x62: "ISO-8859-15",
        0x54: "TIS-620", 0x49: "JIS_X0201",
    ]

    /// By the final byte of ESC $ ) F; sets that contain the designated one.
    private static let double: [UInt8: String] = [0x41: "GB18030", 0x43: "UHC"]

    private func isDelimiter(_ byte: UInt8) -> Bool {
        byte == 0x5C || byte < 0x20 || (isPersonName && (byte == 0x5E || byte == 0x3D))
    }

    // MARK: Japanese

    private static func doubleByte(_ run: [UInt8]) -> [UInt8] { run.map { $0 | 0x80 } }

    /// JIS X 0212 in EUC-JP: each pair behind a 0x8F.
    private static func tripleByte(_ run: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, byte) in run.enumerated() {
            if index % 2 == 0 { bytes.append(0x8F) }
            bytes.append(byte | 0x80)
        }
        return bytes
    }

    /// Character by character where one of them is wrong, or cut off.
    private static func pairs(_ run: [UInt8], _ inEUC: ([UInt8]) -> [UInt8]) -> String {
        stride(from: 0, to: run.count, by: 2).map { start in
            guard start + 1 < run.count else { return run[start] <= 0x20 ? " " : "\u{FFFD}" }
            return TextConversion.convert(inEUC(Array(run[start..<start + 2])), from: "EUC-JP") ?? "\u{FFFD}"
        }.joined()
    }
}
