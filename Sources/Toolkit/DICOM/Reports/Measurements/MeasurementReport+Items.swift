// Content items that measurements need beside those of a report (PS3.3 C.17.3, C.18).

import Foundation
import Vocabulary

extension SRItem {
    static func coded(_ relationship: String, _ concept: SRCode, _ value: SRCode) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "CODE")
        item.set(.conceptNameCodeSequence, items: [concept.item])
        item.set(.conceptCodeSequence, items: [value.item])
        return item
    }

    static func uid(_ relationship: String, _ concept: SRCode, _ value: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "UIDREF")
        item.set(.conceptNameCodeSequence, items: [concept.item])
        item.set(.uidValue, value)
        return item
    }

    static func image(
        _ relationship: String, _ reference: BasicTextSR.Reference, frame: Int?
    ) -> DataSetBuilder {
        var referenced = self.reference(reference)
        if let frame { referenced.set(.referencedFrameNumber, [frame]) }
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "IMAGE")
        item.set(.referencedSOPSequence, items: [referenced])
        return item
    }
}

extension DataSetBuilder {
    /// Single-precision numbers as they are (FL).
    mutating func set(_ tag: Tag, singles: [Float]) {
        let patterns = singles.map { $0.bitPattern.littleEndian }
        set(tag, bytes: patterns.flatMap { withUnsafeBytes(of: $0, Array.init) }, vr: .FL)
    }
}
