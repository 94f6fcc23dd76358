// JSON text, written as it goes.

/// Keeps the commas; the caller keeps the order. Its strings are valid UTF-8 because Swift's are.
struct JSONOutput {
    private(set) var bytes: [UInt8] = []
    /// Whether the innermost object or list has a member already.
    private var hasMember: [Bool] = [false]
    private var followsKey = false

    mutating func begin(_ bracket: String) {
        bytes += Array(bracket.utf8)
        hasMember.append(false)
        followsKey = false
    }

    mutating func end(_ bracket: String) {
        bytes += Array(bracket.utf8)
        hasMember.removeLast()
    }

    /// Before each member of a list.
    mutating func separate() {
        if hasMember[hasMember.count - 1] { bytes.append(0x2C) }
        hasMember[hasMember.count - 1] = true
    }

    mutating func key(_ name: String) {
        separate()
        string(name)
        bytes.append(0x3A)
    }

    mutating func raw(_ text: String) { bytes += Array(text.utf8) }

    mutating func string(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: bytes += [0x5C, 0x22]
            case 0x5C: bytes += [0x5C, 0x5C]
            case 0x0A: bytes += [0x5C, 0x6E]
            case 0x0D: bytes += [0x5C, 0x72]
            case 0x09: bytes += [0x5C, 0x74]
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    /// A decimal string: as it is where JSON would write it so, respelt where it would not, a string where it is no
    /// number (PS3.18 F.2.3.1 allows both).
    mutating func number(text: String) {
        if Self.isJSONNumber(text) {
            raw(text)
        } else if let value = BinaryValue.number(text), value.magnitude < 1e300 {
            raw(value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)")
        } else {
            string(text)
        }
    }

    mutating func floating(_ text: String?, _ value: Double) {
        if let text { return raw(text) }
        string(value.isNaN ? "NaN" : value > 0 ? "inf" : "-inf")
    }

    /// RFC 8259 6.
    static func isJSONNumber(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func takeDigits() -> Int {
            let digits = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(digits)
            return digits
        }
        if rest.first == 0x2D { rest = rest.dropFirst() }
        let startsWithZero = rest.first == 0x30
        let whole = takeDigits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            guard takeDigits() > 0 else { return false }
        }
        if rest.first == 0x65 || rest.first == 0x45 {
            rest = rest.dropFirst()
            if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
