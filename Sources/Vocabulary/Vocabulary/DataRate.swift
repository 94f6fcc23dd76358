// How fast a line is.

/// Bits per second, as lines are sold: 1 kbit/s is 1,000 bit/s. At least 8 kbit/s, at most 1 Tbit/s.
package struct DataRate: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package static let least = DataRate(bitsPerSecond: 8_000)

    package var bitsPerSecond: Int64

    package init(bitsPerSecond: Int64) { self.bitsPerSecond = bitsPerSecond }

    /// "20 Mbit/s", "512 kbit/s", "2.5 Mbit/s", "1 Gbit/s"; the space is optional.
    package init?(_ text: String) {
        for (unit, scale) in Self.units {
            guard text.hasSuffix(unit) else { continue }
            let number = text.dropLast(unit.count).drop { $0 == " " }
            let digits = number.reversed().drop { $0 == " " }.reversed()
            guard let value = Double(String(digits)), value.isFinite, digits.allSatisfy({ $0.isNumber || $0 == "." })
            else { return nil }
            let bits = (value * scale).rounded()
            guard bits >= Double(Self.least.bitsPerSecond), bits <= 1e12 else { return nil }
            self.init(bitsPerSecond: Int64(bits))
            return
        }
        return nil
    }

    package var bytesPerSecond: Double { Double(bitsPerSecond) / 8 }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.bitsPerSecond < rhs.bitsPerSecond }

    /// Never below `least`.
    package static func * (lhs: Self, rhs: Double) -> Self {
        max(least, Self(bitsPerSecond: Int64((Double(lhs.bitsPerSecond) * rhs).rounded())))
    }

    package var description: String {
        for (unit, scale) in Self.units where Double(bitsPerSecond) >= scale {
            let value = Double(bitsPerSecond) / scale
            let short = (value * 100).rounded() / 100
            return (short == short.rounded() ? String(Int64(short)) : String(short)) + " " + unit
        }
        return "\(bitsPerSecond) bit/s"
    }

    private static let units: [(String, Double)] = [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3)]
}
