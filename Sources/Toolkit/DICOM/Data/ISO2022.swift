// Code extensions (PS3.5 6.1.2.5).

/// Reads text that switches sets by escape sequences: G0 is single-byte or a Japanese double-byte set, G1 whatever was
/// designated last.
///
/// The standard returns to the first set after a delimiter; many Chinese and Korean systems don't designate their set
/// again there. Where the first set has no G1, the one designated last stays in force.
enum ISO2022 {
    private enum G0 { case ascii, jisX0208, jisX0212 }

    static func decode(_ bytes: [UInt8], initialG1: String?, isPersonName: Bool) -> String {
        var text = ""
        var g0 = G0.ascii
        var g1 = initialG1
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x1B {
                if let (length, change) = designation(bytes[index...].prefix(4)) {
                    switch change {
                    case .g0(let set): g0 = set
                    case .g1(let name): g1 = name
                    }
                    index += length
                } else {
                    index += 1
                }
                continue
            }
            let isHigh = byte >= 0x80
            var end = index + 1
            while end < bytes.count, bytes[end] != 0x1B, (bytes[end] >= 0x80) == isHigh { end += 1 }
            let run = Array(bytes[index..<end])
            index = end
            if isHigh {
                text += g1.flatMap { TextConversion.convert(run, from: $0) } ?? TextConversion.guess(run)
                continue
            }
            switch g0 {
            case .jisX0208: text += TextConversion.convert(run.map { $0 | 0x80 }, from: "EUC-JP") ?? replacement(run)
            case .jisX0212: text += TextConversion.convert(threeByte(run), from: "EUC-JP") ?? replacement(run)
            case .ascii:
                text += String(decoding: run, as: UTF8.self)
                if let initialG1, run.contains(where: { isDelimiter($0, isPersonName: isPersonName) }) {
                    g1 = initialG1
                }
            }
        }
        return text
    }

    private enum Change {
        case g0(G0)
        case g1(String)
    }

    private static func designation(_ bytes: ArraySlice<UInt8>) -> (Int, Change)? {
        let escape = Array(bytes)
        guard escape.count >= 3 else { return nil }
        switch (escape[1], escape[2]) {
        case (0x28, 0x42), (0x28, 0x4A): return (3, .g0(.ascii))
        case (0x24, 0x42), (0x24, 0x40): return (3, .g0(.jisX0208))
        case (0x2D, let final), (0x29, let final):
            return single[final].map { (3, .g1($0)) }
        case (0x24, 0x28) where escape.count == 4 && escape[3] == 0x44: return (4, .g0(.jisX0212))
        case (0x24, 0x29) where escape.count == 4 && escape[3] == 0x43: return (4, .g1("EUC-KR"))
        case (0x24, 0x29) where escape.count == 4 && escape[3] == 0x41: return (4, .g1("GB2312"))
        default: return nil
        }
    }

    /// By the final byte of ESC - F and ESC ) I.
    private static let single: [UInt8: String] = [
        0x41: "ISO-8859-1", 0x42: "ISO-8859-2", 0x43: "ISO-8859-3", 0x44: "ISO-8859-4", 0x4C: "ISO-8859-5",
        0x47: "ISO-8859-6", 0x46: "ISO-8859-7", 0x48: "ISO-8859-8", 0x4D: "ISO-8859-9", 0x62: "ISO-8859-15",
        0x54: "TIS-620", 0x49: "JIS_X0201",
    ]

    private static func isDelimiter(_ byte: UInt8, isPersonName: Bool) -> Bool {
        byte == 0x5C || byte < 0x20 || (isPersonName && (byte == 0x5E || byte == 0x3D))
    }

    /// JIS X 0212 in EUC-JP: each pair behind a 0x8F.
    private static func threeByte(_ run: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, byte) in run.enumerated() {
            if index % 2 == 0 { bytes.append(0x8F) }
            bytes.append(byte | 0x80)
        }
        return bytes
    }

    private static func replacement(_ run: [UInt8]) -> String { String(repeating: "\u{FFFD}", count: run.count / 2) }
}
