// The objects a PDF file is made of.

import Foundation

/// ISO 32000 7.3. Names and numbers are kept as written.
indirect enum PDFValue: Hashable {
    case null
    case boolean(Bool)
    case number(String)
    /// Without the slash.
    case name(String)
    case string([UInt8])
    case array([PDFValue])
    case dictionary([String: PDFValue])
    case reference(Int)

    static func integer(_ value: Int) -> PDFValue { .number(String(value)) }

    /// PDF text: UTF-16 with a byte order mark.
    static func text(_ text: String) -> PDFValue {
        .string([0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }

    static func ascii(_ text: String) -> PDFValue { .string(Array(text.utf8)) }

    subscript(key: String) -> PDFValue? {
        get {
            guard case .dictionary(let entries) = self else { return nil }
            return entries[key]
        }
        set {
            guard case .dictionary(var entries) = self else { return }
            entries[key] = newValue
            self = .dictionary(entries)
        }
    }

    var asName: String? { if case .name(let name) = self { name } else { nil } }
    var asInteger: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    var asArray: [PDFValue]? { if case .array(let values) = self { values } else { nil } }
    var asReference: Int? { if case .reference(let number) = self { number } else { nil } }

    /// Every object this value points to.
    var references: [Int] {
        switch self {
        case .reference(let number): [number]
        case .array(let values): values.flatMap(\.references)
        case .dictionary(let entries): entries.sorted { $0.key < $1.key }.flatMap(\.value.references)
        default: []
        }
    }
}

/// A value, and the bytes after it if it is a stream's dictionary.
struct PDFObject: Hashable {
    var value: PDFValue
    var stream: Data?

    init(_ value: PDFValue, stream: Data? = nil) {
        self.value = value
        self.stream = stream
    }
}
