// Reads PDF syntax, as far as cairo writes it.

import Foundation

/// ISO 32000 7.2 and 7.3; neither encryption nor object streams.
struct PDFParser {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func value() throws -> PDFValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "/"): return .name(try name())
        case UInt8(ascii: "("): return .string(try literalString())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "<"):
            return isNext("<<") ? .dictionary(try dictionary()) : .string(try hexadecimalString())
        default: break
        }
        if take("true") { return .boolean(true) }
        if take("false") { return .boolean(false) }
        if take("null") { return .null }
        let first = try number()
        // "12 0 R" is one value, "12 0" two.
        let afterFirst = position
        if let object = Int(first), let generation = try? number(), Int(generation) != nil, takeWord("R") {
            return .reference(object)
        }
        position = afterFirst
        return .number(first)
    }

    /// A keyword, if it comes next.
    mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        return take(word)
    }

    mutating func integer() throws -> Int {
        guard let value = Int(try number()) else { throw unexpected("a number that is no integer") }
        return value
    }

    /// The bytes after the word "stream" and its line end.
    mutating func stream(length: Int) throws -> Data {
        if position < bytes.count, bytes[position] == 0x0D { position += 1 }
        if position < bytes.count, bytes[position] == 0x0A { position += 1 }
        guard length >= 0, position + length <= bytes.count else { throw unexpected("a stream beyond the end") }
        defer { position += length }
        return Data(bytes[position..<position + length])
    }

    // MARK: Tokens

    private mutating func array() throws -> [PDFValue] {
        position += 1
        var values: [PDFValue] = []
        while !takeWord("]") { values.append(try value()) }
        return values
    }

    private mutating func dictionary() throws -> [String: PDFValue] {
        position += 2
        var entries: [String: PDFValue] = [:]
        while !takeWord(">>") {
            guard try peek() == UInt8(ascii: "/") else { throw unexpected("a dictionary key that is no name") }
            let key = try name()
            entries[key] = try value()
        }
        return entries
    }

    private mutating func name() throws -> String {
        position += 1
        return text { !Self.isSpace($0) && !Self.isDelimiter($0) }
    }

    private mutating func number() throws -> String {
        skipSpace()
        let digits = text { (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
        guard !digits.isEmpty else { throw unexpected("something else than a number") }
        return digits
    }

    private mutating func literalString() throws -> [UInt8] {
        position += 1
        var result: [UInt8] = []
        var depth = 1
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return result }
            case UInt8(ascii: "\\"):
                let escaped = try next()
                guard !(0x30...0x39).contains(escaped), escaped != UInt8(ascii: "\n") else {
                    throw unexpected("an octal escape")
                }
                result.append(Self.escapes[escaped] ?? escaped)
                continue
            default: break
            }
            result.append(byte)
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func hexadecimalString() throws -> [UInt8] {
        position += 1
        let digits = text { $0 != UInt8(ascii: ">") }.filter { !$0.isWhitespace }
        _ = try next()
        let padded = Array(digits.count.isMultiple(of: 2) ? digits : digits + "0")
        return try stride(from: 0, to: padded.count, by: 2).map { start in
            guard let byte = UInt8(String(padded[start...start + 1]), radix: 16) else {
                throw unexpected("a string that is not hexadecimal")
            }
            return byte
        }
    }

    // MARK: Bytes

    private mutating func skipSpace() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%") {
                while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
            } else if Self.isSpace(bytes[position]) {
                position += 1
            } else {
                return
            }
        }
    }

    private func peek() throws -> UInt8 {
        guard position < bytes.count else { throw unexpected("the end of the file") }
        return bytes[position]
    }

    private mutating func next() throws -> UInt8 {
        defer { position += 1 }
        return try peek()
    }

    private func isNext(_ word: String) -> Bool { bytes[position...].starts(with: word.utf8) }

    private mutating func take(_ word: String) -> Bool {
        guard position <= bytes.count, isNext(word) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func text(while condition: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, condition(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(byte) }
    private static func isDelimiter(_ byte: UInt8) -> Bool { "()<>[]{}/%".utf8.contains(byte) }

    private func unexpected(_ what: String) -> TypesettingError {
        TypesettingError(code: .notArchivable, message: "cairo's PDF holds \(what) at byte \(position)")
    }
}
