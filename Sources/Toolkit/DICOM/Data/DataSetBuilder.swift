// Making data sets.

import Foundation
import Vocabulary

/// A data set of ours: Explicit VR Little Endian, elements in order, values padded, text in UTF-8.
///
/// A VR that isn't given is the dictionary's. Setting a tag again replaces its value.
package struct DataSetBuilder: Sendable {
    enum Value: Sendable {
        case bytes([UInt8])
        case items([DataSetBuilder])
        /// Encapsulated pixel data: the frames' fragments, after an empty offset table.
        case fragments([[UInt8]])
    }

    private(set) var elements: [Tag: (vr: VR, value: Value)] = [:]

    package init() {}

    package var isEmpty: Bool { elements.isEmpty }
    package func contains(_ tag: Tag) -> Bool { elements[tag] != nil }

    // MARK: Values

    package mutating func set(_ tag: Tag, _ text: String, vr: VR? = nil) {
        elements[tag] = (vr ?? DataDictionary.vr(of: tag), .bytes(Array(text.utf8)))
    }

    package mutating func set(_ tag: Tag, _ values: [String], vr: VR? = nil) {
        set(tag, values.joined(separator: "\\"), vr: vr)
    }

    package mutating func set(_ tag: Tag, _ uid: some UniqueIdentifier) { set(tag, uid.rawValue) }

    /// Leaves the element out where there is no text.
    package mutating func set(ifPresent tag: Tag, _ text: String?) {
        if let text, !text.isEmpty { set(tag, text) }
    }

    /// Whole numbers, as the tag's VR writes them: binary, or digits for IS and DS.
    package mutating func set(_ tag: Tag, _ numbers: [Int], vr: VR? = nil) {
        let vr = vr ?? DataDictionary.vr(of: tag)
        guard !vr.isString else { return set(tag, numbers.map(String.init), vr: vr) }
        let width = vr.unit
        let bytes = numbers.flatMap { number in
            (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        elements[tag] = (vr, .bytes(bytes))
    }

    package mutating func set(_ tag: Tag, _ number: Int, vr: VR? = nil) { set(tag, [number], vr: vr) }

    /// Decimal strings of at most 16 characters, or binary for FD and FL.
    package mutating func set(_ tag: Tag, decimals: [Double], vr: VR? = nil) {
        let vr = vr ?? DataDictionary.vr(of: tag)
        switch vr {
        case .FD:
            elements[tag] = (
                vr, .bytes(decimals.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
            )
        case .FL:
            let patterns = decimals.map { Float($0).bitPattern.littleEndian }
            elements[tag] = (vr, .bytes(patterns.flatMap { withUnsafeBytes(of: $0, Array.init) }))
        default:
            set(tag, decimals.map(Self.decimalString), vr: vr)
        }
    }

    package mutating func set(_ tag: Tag, bytes: [UInt8], vr: VR) { elements[tag] = (vr, .bytes(bytes)) }

    package mutating func set(_ tag: Tag, items: [DataSetBuilder]) { elements[tag] = (.SQ, .items(items)) }

    package mutating func setPixelData(fragments: [[UInt8]]) { elements[.pixelData] = (.OB, .fragments(fragments)) }

    package mutating func remove(_ tag: Tag) { elements[tag] = nil }

    /// PS3.5 6.2: at most 16 characters of a fixed or floating point number.
    static func decimalString(_ value: Double) -> String {
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int(value)) }
        for digits in stride(from: 12, through: 4, by: -1) {
            let text = String(format: "%.\(digits)g", value)
            if text.utf8.count <= 16 { return text }
        }
        return String(format: "%.4e", value)
    }
}
