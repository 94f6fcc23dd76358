// Chance that can be had again.

import Foundation

/// xoshiro256**, seeded by SplitMix64: the same seed gives the same year. Each institution has a stream of its own, so that
/// what it acquires does not depend on what others do.
struct SeededRandom: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(seed: UInt64, stream: UInt64) {
        var mixer = seed &+ stream &* 0xD1B5_4A32_D192_ED03
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var value = mixer
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
        state = (next(), next(), next(), next())
    }

    mutating func next() -> UInt64 {
        func rotated(_ value: UInt64, _ by: UInt64) -> UInt64 { (value << by) | (value >> (64 - by)) }
        let result = rotated(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, 45)
        return result
    }

    /// In (0, 1).
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992 }

    /// Exponential with this mean.
    mutating func exponential(mean: Double) -> Double { -mean * log(unit()) }

    /// Normal with mean 0 and deviation 1 (Box and Muller, one of the pair).
    mutating func normal() -> Double { (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit()) }

    /// A factor with mean 1.
    mutating func factor(_ spread: ReadingTimeSpread) -> Double {
        switch spread {
        case .fixed: 1
        case .exponential: exponential(mean: 1)
        case .lognormal(let sigma): exp(sigma * normal() - sigma * sigma / 2)
        }
    }
}
