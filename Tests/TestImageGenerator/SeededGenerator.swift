// Numbers that are the same on every machine.

import Vocabulary

/// SplitMix64: one seed, one sequence.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Noise out of a table, quick enough for whole studies in debug builds.
struct Noise {
    private let table: [Int]
    private var state: UInt64

    init(seed: UInt64, deviation: Double) {
        var generator = SeededGenerator(seed: 0x6A69_656C)
        table = (0..<1024).map { _ in
            let sum = (0..<6).reduce(0.0) { total, _ in total + Double(generator.next() >> 11) / Double(1 << 53) }
            return Int(((sum - 3) * 1.414 * deviation).rounded())
        }
        state = seed | 1
    }

    @inline(__always)
    mutating func next() -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return table[Int(state >> 54)]
    }
}

/// UIDs that follow from a text (PS3.5 B.2): the same study is generated under the same UIDs everywhere.
package enum TestUID {
    package static func make<Identifier: UniqueIdentifier>(_ text: String) -> Identifier {
        let digits = Digest(of: Array("jieli test images \(text)".utf8)).hexadecimal.prefix(32)
        let number = UInt128(digits, radix: 16) ?? 1
        return Identifier(unchecked: "2.25.\(number)")
    }
}
