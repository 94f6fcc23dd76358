// Pixels that this side takes apart and the browser's puts together.

import Foundation
import Vocabulary

@testable import DICOMweb

/// The examples that `Tests/browser/unit/wire.test.js` reads too: pixels by a formula, what zlib gets of them (its digest), and
/// the frame as it was sent once. `JIELI_WRITE_EXAMPLES=1` writes the file anew.
struct WireExample: Codable {
    var name: String
    var rows: Int
    var columns: Int
    var samples: Int
    var bytes: Int
    var planar: Bool
    var signed: Bool
    /// How rough the picture is: a mask of noise.
    var noise: UInt32
    var digest: String = ""
    var wire: String = ""

    var shape: WireShape {
        WireShape(
            rows: rows, columns: columns, samples: samples, bytesPerSample: bytes, isPlanar: planar, isSigned: signed)
    }

    /// A bowl with noise; the same numbers in JavaScript.
    func pixels() -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: rows * columns * samples * bytes)
        for row in 0..<rows {
            for column in 0..<columns {
                for sample in 0..<samples {
                    let (x, y, s) = (UInt32(column), UInt32(row), UInt32(sample))
                    var hash = (x &+ 1) &* 73_856_093 ^ (y &+ 1) &* 19_349_663 ^ (s &+ 1) &* 83_492_791
                    hash ^= hash >> 13
                    let value = (x &* x &+ 3 &* y &* y) >> 4 &+ s &* 20 &+ (hash & noise)
                    let at =
                        planar
                        ? sample * rows * columns + row * columns + column : (row * columns + column) * samples + sample
                    if bytes == 2 {
                        pixels[2 * at] = UInt8(truncatingIfNeeded: value)
                        pixels[2 * at + 1] = UInt8(truncatingIfNeeded: value >> 8)
                    } else {
                        pixels[at] = UInt8(truncatingIfNeeded: value)
                    }
                }
            }
        }
        return pixels
    }

    func digestOfParts() throws -> String {
        let pixels = pixels()
        let step = PlaneResiduals.step(rows: rows, columns: columns)
        let apart = try pixels.withUnsafeBytes { try WireFrame.takenApart($0, shape, step: step) }
        return Digest(of: apart.coarse + apart.rest).hexadecimal
    }

    func made() throws -> WireExample {
        var example = self
        example.digest = try digestOfParts()
        let pixels = pixels()
        let buffer = try pixels.withUnsafeBytes { try WireFrame($0, shape) }.bytes(.whole)
        example.wire = Data(buffer.readableBytesView).base64EncodedString()
        return example
    }

    static let formats: [WireExample] = [
        ("a CT slice's words", 200, 210, 1, 2, false, false, 15), ("signed words", 193, 200, 1, 2, false, true, 15),
        ("words that overflow", 192, 196, 1, 2, false, false, 0x8001), ("bytes", 201, 193, 1, 1, false, false, 3),
        ("signed bytes", 192, 192, 1, 1, false, true, 3), ("a small image", 5, 7, 1, 2, false, true, 0xFFFF),
        ("one pixel", 1, 1, 1, 1, false, false, 7), ("a line", 1, 300, 1, 2, false, false, 255),
        ("a column of 8 bits", 300, 1, 1, 1, false, false, 255), ("colour by pixel", 97, 101, 3, 1, false, false, 31),
        ("colour by plane", 193, 197, 3, 1, true, false, 3), ("a larger step", 390, 401, 1, 1, false, false, 1),
    ].map { WireExample(name: $0, rows: $1, columns: $2, samples: $3, bytes: $4, planar: $5, signed: $6, noise: $7) }

    static var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "browser/unit/wire-examples.json")
    }

    static func written() throws -> [WireExample] {
        try JSONDecoder().decode([WireExample].self, from: Data(contentsOf: file))
    }
}
