// The images that a reader marked, as a Key Object Selection.

import Foundation
import Vocabulary

/// Builds a Key Object Selection document (PS3.3 A.35.4) "Of Interest" in the shape of TID 2010.
package struct KeyImagesObject: Sendable {
    package struct Image: Hashable, Sendable {
        package var reference: BasicTextSR.Reference
        /// From 1; `nil` where the object has one frame.
        package var frame: Int?

        package init(reference: BasicTextSR.Reference, frame: Int? = nil) {
            self.reference = reference
            self.frame = frame
        }
    }

    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    /// Who marked them.
    package var observer: String
    package var description: String
    package var images: [Image]

    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, observer: String, description: String, images: [Image]
    ) {
        self.subject = subject
        self.identity = identity
        self.observer = observer
        self.description = description
        self.images = images
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(to: &dataSet, sopClass: .keyObjectSelection, modality: "KO", description: "Key Images")
        dataSet.set(.timezoneOffsetFromUTC, DICOMDateTime.offset)
        dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
        dataSet.set(
            .currentRequestedProcedureEvidenceSequence,
            items: [SRItem.hierarchy(distinct, of: subject.study)])
        dataSet.set(.valueType, "CONTAINER")
        dataSet.set(.conceptNameCodeSequence, items: [SRItem.code("113000", "DCM", "Of Interest")])
        dataSet.set(.continuityOfContent, "SEPARATE")
        dataSet.set(.contentTemplateSequence, items: [SRItem.template("2010")])
        var content = [SRItem.chinese()]
        if !observer.isEmpty {
            content.append(
                SRItem.person("HAS OBS CONTEXT", SRItem.code("121008", "DCM", "Person Observer Name"), observer))
        }
        if !description.isEmpty {
            content.append(
                SRItem.text("CONTAINS", SRItem.code("113012", "DCM", "Key Object Description"), description))
        }
        dataSet.set(.contentSequence, items: content + images.map(item))
        return dataSet
    }

    /// An object with several marked frames is evidence once.
    private var distinct: [BasicTextSR.Reference] {
        var seen: Set<BasicTextSR.Reference> = []
        return images.map(\.reference).filter { seen.insert($0).inserted }
    }

    private func item(_ image: Image) -> DataSetBuilder {
        var reference = SRItem.reference(image.reference)
        if let frame = image.frame { reference.set(.referencedFrameNumber, [frame]) }
        var item = DataSetBuilder()
        item.set(.relationshipType, "CONTAINS")
        item.set(.valueType, "IMAGE")
        item.set(.referencedSOPSequence, items: [reference])
        return item
    }
}

extension SOPClass {
    package static let keyObjectSelection = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.59")
}

extension Tag {
    static let referencedFrameNumber = Tag(0x0008, 0x1160)
}
