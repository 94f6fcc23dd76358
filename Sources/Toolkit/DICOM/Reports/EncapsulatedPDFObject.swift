// A PDF as a DICOM instance.

import Foundation
import Vocabulary

/// Builds an Encapsulated PDF (PS3.3 A.45.1).
package struct EncapsulatedPDFObject: Sendable {
    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    package var title: String
    package var pdf: Data
    /// The SR that says the same.
    package var source: SOPInstanceUID?

    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, title: String, pdf: Data,
        source: SOPInstanceUID? = nil
    ) {
        self.subject = subject
        self.identity = identity
        self.title = title
        self.pdf = pdf
        self.source = source
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(to: &dataSet, sopClass: .encapsulatedPDF, modality: "DOC", description: "Radiology Report (PDF)")
        dataSet.set(.conversionType, "WSD")
        dataSet.set(.burnedInAnnotation, "YES")
        dataSet.set(.acquisitionDateTime, "")
        dataSet.set(.documentTitle, title)
        var concept = DataSetBuilder()
        concept.set(.codeValue, "18748-4")
        concept.set(.codingSchemeDesignator, "LN")
        concept.set(.codeMeaning, "Diagnostic imaging report")
        dataSet.set(.conceptNameCodeSequence, items: [concept])
        if let source {
            var item = DataSetBuilder()
            item.set(.referencedSOPClassUID, SOPClass.basicTextSR)
            item.set(.referencedSOPInstanceUID, source)
            dataSet.set(.sourceInstanceSequence, items: [item])
        }
        dataSet.set(.mimeType, "application/pdf")
        let bytes = [UInt8](pdf)
        dataSet.set(.encapsulatedDocument, bytes: bytes.count.isMultiple(of: 2) ? bytes : bytes + [0], vr: .OB)
        dataSet.set(.encapsulatedDocumentLength, bytes.count)
        return dataSet
    }
}

extension Tag {
    static let burnedInAnnotation = Tag(0x0028, 0x0301)
    static let documentTitle = Tag(0x0042, 0x0010)
    package static let encapsulatedDocument = Tag(0x0042, 0x0011)
    static let mimeType = Tag(0x0042, 0x0012)
    static let sourceInstanceSequence = Tag(0x0042, 0x0013)
    package static let encapsulatedDocumentLength = Tag(0x0042, 0x0015)
}
