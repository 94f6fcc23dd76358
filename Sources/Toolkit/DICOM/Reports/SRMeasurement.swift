// A number in a report.

import Foundation
import Vocabulary

/// A NUM content item (PS3.3 C.18.1). What was measured is named in our own coding scheme, by the template's words: a
/// township's words for it have no code that both sides would know.
package struct SRMeasurement: Hashable, Sendable {
    package var name: String
    package var value: Double
    /// UCUM; `1` for a bare number.
    package var unit: String

    package init(name: String, value: Double, unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }

    var item: DataSetBuilder {
        var measured = DataSetBuilder()
        measured.set(.measurementUnitsCodeSequence, items: [SRItem.code(unit, "UCUM", unit)])
        measured.set(.numericValue, decimals: [value])
        var item = DataSetBuilder()
        item.set(.relationshipType, "CONTAINS")
        item.set(.valueType, "NUM")
        item.set(.conceptNameCodeSequence, items: [SRItem.code(code, "99JIELI", String(name.prefix(64)))])
        item.set(.measuredValueSequence, items: [measured])
        return item
    }

    /// Short and the same wherever the same name is measured: Code Value (0008,0100) has 16 characters.
    private var code: String { "F" + Digest(of: name.utf8).hexadecimal.prefix(12).uppercased() }
}

extension Tag {
    static let measurementUnitsCodeSequence = Tag(0x0040, 0x08EA)
    static let measuredValueSequence = Tag(0x0040, 0xA300)
    static let numericValue = Tag(0x0040, 0xA30A)
}
