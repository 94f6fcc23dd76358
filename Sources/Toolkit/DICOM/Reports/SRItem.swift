// Codes and items that every structured report is made of (PS3.3 C.17.3).

import Foundation
import Vocabulary

enum SRItem {
    static func code(_ value: String, _ scheme: String, _ meaning: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.codeValue, value)
        item.set(.codingSchemeDesignator, scheme)
        item.set(.codeMeaning, meaning)
        return item
    }

    static func text(_ relationship: String, _ concept: DataSetBuilder, _ text: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "TEXT")
        item.set(.conceptNameCodeSequence, items: [concept])
        item.set(.textValue, text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n"))
        return item
    }

    static func person(_ relationship: String, _ concept: DataSetBuilder, _ name: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "PNAME")
        item.set(.conceptNameCodeSequence, items: [concept])
        item.set(.personNameValue, name)
        return item
    }

    static func container(_ concept: DataSetBuilder, _ children: [DataSetBuilder]) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, "CONTAINS")
        item.set(.valueType, "CONTAINER")
        item.set(.conceptNameCodeSequence, items: [concept])
        item.set(.continuityOfContent, "SEPARATE")
        item.set(.contentSequence, items: children)
        return item
    }

    static func template(_ identifier: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.mappingResource, "DCMR")
        item.set(.templateIdentifier, identifier)
        return item
    }

    static func chinese() -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, "HAS CONCEPT MOD")
        item.set(.valueType, "CODE")
        item.set(
            .conceptNameCodeSequence,
            items: [code("121049", "DCM", "Language of Content Item and Descendants")])
        item.set(.conceptCodeSequence, items: [code("zh-CN", "RFC5646", "Chinese (China)")])
        return item
    }

    /// One for each study; `study` for references that name none.
    static func hierarchies(_ references: [BasicTextSR.Reference], of study: StudyInstanceUID) -> [DataSetBuilder] {
        Dictionary(grouping: references) { $0.study ?? study }.sorted { $0.key < $1.key }
            .map { hierarchy($0.value, of: $0.key) }
    }

    /// Study, series, instance: PS3.3 C.17.2.1.
    private static func hierarchy(_ references: [BasicTextSR.Reference], of study: StudyInstanceUID) -> DataSetBuilder {
        let series = Dictionary(grouping: references, by: \.series).sorted { $0.key < $1.key }
        var item = DataSetBuilder()
        item.set(.studyInstanceUID, study)
        item.set(
            .referencedSeriesSequence,
            items: series.map { uid, members in
                var item = DataSetBuilder()
                item.set(.seriesInstanceUID, uid)
                item.set(.referencedSOPSequence, items: members.map { reference($0) })
                return item
            })
        return item
    }

    static func reference(_ member: BasicTextSR.Reference) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.referencedSOPClassUID, member.sopClass)
        item.set(.referencedSOPInstanceUID, member.sopInstance)
        return item
    }
}
