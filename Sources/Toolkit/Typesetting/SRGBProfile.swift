// The colour space that documents are drawn in, as an ICC profile.

import Foundation

/// IEC 61966-2.1 as a version 2 display profile, written here since Debian's is under a licence of its own.
enum SRGBProfile {
    static let data: Data = {
        let curve = toneCurve
        let tags: [(String, Data)] = [
            ("desc", textDescription("sRGB IEC61966-2.1")),
            ("cprt", Data("text".utf8) + word(0) + Data("Public domain".utf8) + [0]),
            ("wtpt", xyz(0.9505, 1.0, 1.0891)),
            // The primaries, adapted to D50.
            ("rXYZ", xyz(0.43607, 0.22249, 0.01392)),
            ("gXYZ", xyz(0.38515, 0.71687, 0.09708)),
            ("bXYZ", xyz(0.14307, 0.06061, 0.71410)),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ]
        var table = word(UInt32(tags.count))
        var body = Data()
        var placed: [Data: UInt32] = [:]
        for (name, content) in tags {
            // The three curves are one.
            let offset = placed[content] ?? UInt32(128 + 4 + 12 * tags.count + body.count)
            if placed.updateValue(offset, forKey: content) == nil {
                body += content + Data(repeating: 0, count: (4 - content.count % 4) % 4)
            }
            table += Data(name.utf8) + word(offset) + word(UInt32(content.count))
        }
        return header(size: UInt32(128 + table.count + body.count)) + table + body
    }()

    private static func header(size: UInt32) -> Data {
        var header = word(size) + word(0) + word(0x0210_0000)
        header += Data("mntrRGB XYZ ".utf8)
        header += [2026, 1, 1, 0, 0, 0].reduce(Data()) { $0 + short($1) }
        header += Data("acsp".utf8) + word(0) + word(0) + word(0) + word(0) + word(0) + word(0) + word(0)
        // The profile connection space's illuminant: D50.
        header += fixed(0.9642) + fixed(1) + fixed(0.8249)
        return header + Data(repeating: 0, count: 128 - header.count)
    }

    private static func textDescription(_ text: String) -> Data {
        let ascii = Data(text.utf8) + [0]
        // No Unicode and no Macintosh description.
        return Data("desc".utf8) + word(0) + word(UInt32(ascii.count)) + ascii + word(0) + word(0) + short(0)
            + Data(repeating: 0, count: 68)
    }

    private static var toneCurve: Data {
        let count = 1024
        return (0..<count).reduce(Data("curv".utf8) + word(0) + word(UInt32(count))) { curve, step in
            let value = Double(step) / Double(count - 1)
            let linear = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            return curve + short(UInt16((linear * 65535).rounded()))
        }
    }

    // MARK: Numbers, most significant byte first

    private static func xyz(_ x: Double, _ y: Double, _ z: Double) -> Data {
        Data("XYZ ".utf8) + word(0) + fixed(x) + fixed(y) + fixed(z)
    }

    private static func fixed(_ value: Double) -> Data { word(UInt32((value * 65536).rounded())) }
    private static func word(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
    private static func short(_ value: UInt16) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }
}
