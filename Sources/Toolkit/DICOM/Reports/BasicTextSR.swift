// A radiology report as a Basic Text SR.

import Foundation
import Vocabulary

/// Builds a Basic Text SR document (PS3.3 A.35.1) in the shape of TID 2000: findings and impression as sections, one TEXT
/// item each.
///
/// VERIFIED stands in it only with a verifying observer; a correction names the document it replaces.
package struct BasicTextSR: Sendable {
    package struct Observer: Hashable, Sendable {
        package var name: String
        package var organization: String
        package var at: Timestamp

        package init(name: String, organization: String, at: Timestamp) {
            self.name = name
            self.organization = organization
            self.at = at
        }
    }

    /// One instance that the report is about, or replaces.
    package struct Reference: Hashable, Sendable {
        package var series: SeriesInstanceUID
        package var sopClass: SOPClass
        package var sopInstance: SOPInstanceUID

        package init(series: SeriesInstanceUID, sopClass: SOPClass, sopInstance: SOPInstanceUID) {
            self.series = series
            self.sopClass = sopClass
            self.sopInstance = sopInstance
        }
    }

    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    package var findings: String
    package var impression: String
    package var author: String
    package var verifier: Observer?
    package var evidence: [Reference]
    package var predecessor: Reference?

    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, findings: String, impression: String, author: String,
        verifier: Observer?, evidence: [Reference], predecessor: Reference? = nil
    ) {
        self.subject = subject
        self.identity = identity
        self.findings = findings
        self.impression = impression
        self.author = author
        self.verifier = verifier
        self.evidence = evidence
        self.predecessor = predecessor
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(to: &dataSet, sopClass: .basicTextSR, modality: "SR", description: "Radiology Report")
        dataSet.set(.timezoneOffsetFromUTC, DICOMDateTime.offset)
        dataSet.set(.completionFlag, "COMPLETE")
        dataSet.set(.verificationFlag, verifier == nil ? "UNVERIFIED" : "VERIFIED")
        if let verifier { dataSet.set(.verifyingObserverSequence, items: [item(verifier)]) }
        dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
        dataSet.set(.performedProcedureCodeSequence, items: [])
        if !evidence.isEmpty { dataSet.set(.currentRequestedProcedureEvidenceSequence, items: [hierarchy(evidence)]) }
        if let predecessor { dataSet.set(.predecessorDocumentsSequence, items: [hierarchy([predecessor])]) }
        content(into: &dataSet)
        return dataSet
    }

    // MARK: Content tree

    private func content(into root: inout DataSetBuilder) {
        root.set(.valueType, "CONTAINER")
        root.set(.conceptNameCodeSequence, items: [Self.code("18748-4", "LN", "Diagnostic imaging report")])
        root.set(.continuityOfContent, "SEPARATE")
        root.set(.contentTemplateSequence, items: [Self.template()])
        var items = [
            Self.language(),
            Self.person("HAS OBS CONTEXT", "121008", "Person Observer Name", author),
        ]
        items += section("121070", "Findings", "121071", "Finding", findings)
        items += section("121072", "Impressions", "121073", "Impression", impression)
        root.set(.contentSequence, items: items)
    }

    private func section(
        _ code: String, _ meaning: String, _ textCode: String, _ textMeaning: String, _ text: String
    ) -> [DataSetBuilder] {
        guard !text.allSatisfy(\.isWhitespace) else { return [] }
        var leaf = DataSetBuilder()
        leaf.set(.relationshipType, "CONTAINS")
        leaf.set(.valueType, "TEXT")
        leaf.set(.conceptNameCodeSequence, items: [Self.code(textCode, "DCM", textMeaning)])
        leaf.set(.textValue, text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n"))
        var container = DataSetBuilder()
        container.set(.relationshipType, "CONTAINS")
        container.set(.valueType, "CONTAINER")
        container.set(.conceptNameCodeSequence, items: [Self.code(code, "DCM", meaning)])
        container.set(.continuityOfContent, "SEPARATE")
        container.set(.contentSequence, items: [leaf])
        return [container]
    }

    private static func language() -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, "HAS CONCEPT MOD")
        item.set(.valueType, "CODE")
        item.set(
            .conceptNameCodeSequence,
            items: [code("121049", "DCM", "Language of Content Item and Descendants")])
        item.set(.conceptCodeSequence, items: [code("zh-CN", "RFC5646", "Chinese (China)")])
        return item
    }

    private static func person(
        _ relationship: String, _ value: String, _ meaning: String, _ name: String
    ) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "PNAME")
        item.set(.conceptNameCodeSequence, items: [code(value, "DCM", meaning)])
        item.set(.personNameValue, name)
        return item
    }

    private static func template() -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.mappingResource, "DCMR")
        item.set(.templateIdentifier, "2000")
        return item
    }

    private static func code(_ value: String, _ scheme: String, _ meaning: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.codeValue, value)
        item.set(.codingSchemeDesignator, scheme)
        item.set(.codeMeaning, meaning)
        return item
    }

    // MARK: Who and about what

    private func item(_ observer: Observer) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.verifyingOrganization, observer.organization)
        item.set(.verificationDateTime, DICOMDateTime.dateTime(observer.at))
        item.set(.verifyingObserverName, observer.name)
        item.set(.verifyingObserverIdentificationCodeSequence, items: [])
        return item
    }

    /// Study, series, instance: PS3.3 C.17.2.1.
    private func hierarchy(_ references: [Reference]) -> DataSetBuilder {
        let series = Dictionary(grouping: references, by: \.series).sorted { $0.key < $1.key }
        var study = DataSetBuilder()
        study.set(.studyInstanceUID, subject.study)
        study.set(
            .referencedSeriesSequence,
            items: series.map { uid, members in
                var item = DataSetBuilder()
                item.set(.seriesInstanceUID, uid)
                item.set(
                    .referencedSOPSequence,
                    items: members.map { member in
                        var item = DataSetBuilder()
                        item.set(.referencedSOPClassUID, member.sopClass)
                        item.set(.referencedSOPInstanceUID, member.sopInstance)
                        return item
                    })
                return item
            })
        return study
    }
}

extension Tag {
    static let relationshipType = Tag(0x0040, 0xA010)
    static let verifyingOrganization = Tag(0x0040, 0xA027)
    static let verificationDateTime = Tag(0x0040, 0xA030)
    static let valueType = Tag(0x0040, 0xA040)
    static let conceptNameCodeSequence = Tag(0x0040, 0xA043)
    static let continuityOfContent = Tag(0x0040, 0xA050)
    static let verifyingObserverSequence = Tag(0x0040, 0xA073)
    static let verifyingObserverName = Tag(0x0040, 0xA075)
    static let verifyingObserverIdentificationCodeSequence = Tag(0x0040, 0xA088)
    static let personNameValue = Tag(0x0040, 0xA123)
    static let textValue = Tag(0x0040, 0xA160)
    static let conceptCodeSequence = Tag(0x0040, 0xA168)
    static let predecessorDocumentsSequence = Tag(0x0040, 0xA360)
    static let performedProcedureCodeSequence = Tag(0x0040, 0xA372)
    static let currentRequestedProcedureEvidenceSequence = Tag(0x0040, 0xA375)
    static let completionFlag = Tag(0x0040, 0xA491)
    static let verificationFlag = Tag(0x0040, 0xA493)
    static let contentTemplateSequence = Tag(0x0040, 0xA504)
    static let contentSequence = Tag(0x0040, 0xA730)
    static let mappingResource = Tag(0x0008, 0x0105)
    static let templateIdentifier = Tag(0x0040, 0xDB00)
}
