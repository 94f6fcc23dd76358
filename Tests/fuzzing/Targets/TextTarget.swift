// Text in any character set, labelled with any other.

import DICOM
import Foundation
import Vocabulary

/// The first line names the character sets, the second byte after it the value representation; the rest is the value.
struct TextTarget: FuzzTarget {
    private let representations: [VR] = [.PN, .LO, .LT, .UT, .SH]

    func run(_ input: [UInt8]) {
        guard let end = input.firstIndex(of: 0x0A), end + 1 < input.count else { return }
        let declared = CharacterSets(Array(input[..<end]))
        let vr = representations[Int(input[end + 1]) % representations.count]
        let value = Array(input[(end + 2)...])
        let reading = declared.reading(of: value, vr: vr)
        let count = reading.values.reduce(0) { $0 + $1.utf8.count }
        guard count <= 8 * value.count + 64 else { broken("\(value.count) bytes became \(count)") }
        _ = declared.values(of: value, vr: vr)
    }
}
