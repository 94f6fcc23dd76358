// DICOM JSON (PS3.18 F.2) of what the catalogue knows.

import DICOM

/// A few attributes of our own making; whole objects are written by `DICOMJSON`.
struct JSONDataSet: Encodable, Sendable {
    enum Value: Encodable, Sendable {
        case text(String)
        case number(Int)
        case personName(String)
        case item(JSONDataSet)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .personName(let name): try container.encode(Self.groups(name))
            case .item(let item): try container.encode(item)
            }
        }

        private static func groups(_ name: String) -> [String: String] {
            let groups = name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            return Dictionary(
                uniqueKeysWithValues: zip(["Alphabetic", "Ideographic", "Phonetic"], groups).filter { !$0.1.isEmpty })
        }
    }

    struct Element: Encodable, Sendable {
        var vr: String
        var values: [Value]

        private enum CodingKeys: String, CodingKey {
            case vr
            case values = "Value"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(vr, forKey: .vr)
            if !values.isEmpty { try container.encode(values, forKey: .values) }
        }
    }

    private(set) var elements: [Tag: Element] = [:]

    /// An element without a value where there is none: it was asked for and is empty.
    mutating func set(_ tag: Tag, _ vr: VR, _ text: String?) {
        let value = text.map { vr == .PN ? Value.personName($0) : .text($0) }
        elements[tag] = Element(vr: vr.description, values: value.map { [$0] } ?? [])
    }

    mutating func set(_ tag: Tag, _ vr: VR, _ texts: [String]) {
        elements[tag] = Element(vr: vr.description, values: texts.map { .text($0) })
    }

    mutating func set(_ tag: Tag, _ vr: VR, _ number: Int?) {
        elements[tag] = Element(vr: vr.description, values: number.map { [.number($0)] } ?? [])
    }

    mutating func set(_ tag: Tag, items: [JSONDataSet]) {
        elements[tag] = Element(vr: VR.SQ.description, values: items.map { .item($0) })
    }

    mutating func keep(_ isWanted: (Tag) -> Bool) { elements = elements.filter { isWanted($0.key) } }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ tag: Tag) { stringValue = tag.hexadecimal }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (tag, element) in elements { try container.encode(element, forKey: Key(tag)) }
    }
}
