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
        /// The account with which it was signed, and the node that keeps it; empty where nobody says.
        package var account = ""

        package init(name: String, organization: String, at: Timestamp, account: String = "") {
            self.account = account
            self.name = name
            self.organization = organization
            self.at = at
        }
    }

    /// One instance that the report is about, or replaces.
    package struct Reference: Hashable, Sendable {
        /// `nil`: the report's own. Images of a merged study keep theirs.
        package var study: StudyInstanceUID?
        package var series: SeriesInstanceUID
        package var sopClass: SOPClass
        package var sopInstance: SOPInstanceUID

        package init(
            study: StudyInstanceUID? = nil, series: SeriesInstanceUID, sopClass: SOPClass, sopInstance: SOPInstanceUID
        ) {
            self.study = study
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
    /// Signed after the report, oldest first; each verified by one of `laterVerifiers`.
    package var addenda: [String] = []
    package var laterVerifiers: [Observer] = []
    package var measurements: [SRMeasurement] = []

    private var verifiers: [Observer] { (verifier.map { [$0] } ?? []) + laterVerifiers }

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
        dataSet.set(.verificationFlag, verifiers.isEmpty ? "UNVERIFIED" : "VERIFIED")
        if !verifiers.isEmpty { dataSet.set(.verifyingObserverSequence, items: verifiers.map(item)) }
        dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
        dataSet.set(.performedProcedureCodeSequence, items: [])
        if !evidence.isEmpty {
            dataSet.set(
                .currentRequestedProcedureEvidenceSequence, items: SRItem.hierarchies(evidence, of: subject.study))
        }
        if let predecessor {
            dataSet.set(.predecessorDocumentsSequence, items: SRItem.hierarchies([predecessor], of: subject.study))
        }
        content(into: &dataSet)
        return dataSet
    }

    // MARK: Content tree

    private func content(into root: inout DataSetBuilder) {
        root.set(.valueType, "CONTAINER")
        root.set(.conceptNameCodeSequence, items: [SRItem.code("18748-4", "LN", "Diagnostic imaging report")])
        root.set(.continuityOfContent, "SEPARATE")
        root.set(.contentTemplateSequence, items: [SRItem.template("2000")])
        let observer = SRItem.code("121008", "DCM", "Person Observer Name")
        var items = [SRItem.chinese(), SRItem.person("HAS OBS CONTEXT", observer, author)]
        items += section(
            "121070", "Findings", SRItem.code("121071", "DCM", "Finding"), findings,
            further: measurements.map(\.item))
        items += section("121072", "Impressions", SRItem.code("121073", "DCM", "Impression"), impression)
        for addendum in addenda {
            items += section("121078", "Addendum", SRItem.code("121077", "DCM", "Conclusion"), addendum)
        }
        root.set(.contentSequence, items: items)
    }

    private func section(
        _ code: String, _ meaning: String, _ leaf: DataSetBuilder, _ text: String, further: [DataSetBuilder] = []
    ) -> [DataSetBuilder] {
        guard !text.allSatisfy(\.isWhitespace) else { return [] }
        return [
            SRItem.container(
                SRItem.code(code, "DCM", meaning), [SRItem.text("CONTAINS", leaf, text)] + further)
        ]
    }

    // MARK: Who and about what

    private func item(_ observer: Observer) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.verifyingOrganization, observer.organization)
        item.set(.verificationDateTime, DICOMDateTime.dateTime(observer.at))
        item.set(.verifyingObserverName, observer.name)
        item.set(
            .verifyingObserverIdentificationCodeSequence,
            items: observer.account.isEmpty
                ? [] : [SRItem.code(String(observer.account.prefix(16)), "99JIELI", observer.name)])
        return item
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
