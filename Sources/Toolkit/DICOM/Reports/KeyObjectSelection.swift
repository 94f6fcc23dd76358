// A list of instances with the reason why they are listed.

import Foundation
import Vocabulary

/// Builds a Key Object Selection Document (PS3.3 A.35.4, C.17.6) in the shape of TID 2010: a title, who says so, in which
/// words, and the instances. The images that a reader marked are such a list; with the titles of IHE IOCM it rejects them.
package struct KeyObjectSelection: Sendable {
    /// A document title of the coding scheme DCM (CID 7010).
    package struct Title: Hashable, Sendable {
        package var code: String
        package var meaning: String

        package init(code: String, meaning: String) {
            self.code = code
            self.meaning = meaning
        }

        package static let ofInterest = Title(code: "113000", meaning: "Of Interest")
    }

    package struct Item: Hashable, Sendable {
        package var reference: BasicTextSR.Reference
        /// From 1; `nil`: the whole object.
        package var frame: Int?
        /// How the image is to be shown (PS3.3 C.18.4).
        package var presentation: BasicTextSR.Reference?

        package init(
            _ reference: BasicTextSR.Reference, frame: Int? = nil, presentation: BasicTextSR.Reference? = nil
        ) {
            self.reference = reference
            self.frame = frame
            self.presentation = presentation
        }
    }

    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    package var title: Title
    /// Of the series; what people see in a list of series.
    package var seriesDescription: String
    /// Who says so; left out where it is empty.
    package var observer: String
    /// In the observer's words; left out where it is blank.
    package var text: String
    package var items: [Item]

    /// - Parameter seriesDescription: the title's meaning where it is left out.
    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, title: Title, seriesDescription: String? = nil,
        observer: String, text: String, items: [Item]
    ) {
        self.subject = subject
        self.identity = identity
        self.title = title
        self.seriesDescription = seriesDescription ?? title.meaning
        self.observer = observer
        self.text = text
        self.items = items
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(to: &dataSet, sopClass: .keyObjectSelection, modality: "KO", description: seriesDescription)
        dataSet.set(.timezoneOffsetFromUTC, DICOMDateTime.offset)
        dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
        dataSet.set(
            .currentRequestedProcedureEvidenceSequence, items: SRItem.hierarchies(distinct, of: subject.study))
        dataSet.set(.valueType, "CONTAINER")
        dataSet.set(.conceptNameCodeSequence, items: [SRItem.code(title.code, "DCM", title.meaning)])
        dataSet.set(.continuityOfContent, "SEPARATE")
        dataSet.set(.contentTemplateSequence, items: [SRItem.template("2010")])
        dataSet.set(.contentSequence, items: context + items.map(Self.content))
        return dataSet
    }

    private var context: [DataSetBuilder] {
        var context = [SRItem.chinese()]
        if !observer.isEmpty {
            context.append(
                SRItem.person("HAS OBS CONTEXT", SRItem.code("121008", "DCM", "Person Observer Name"), observer))
        }
        if !text.allSatisfy(\.isWhitespace) {
            context.append(SRItem.text("CONTAINS", SRItem.code("113012", "DCM", "Key Object Description"), text))
        }
        return context
    }

    /// An object of which several frames are listed is evidence once; what shows them is evidence too.
    private var distinct: [BasicTextSR.Reference] {
        var seen: Set<BasicTextSR.Reference> = []
        return (items.map(\.reference) + items.compactMap(\.presentation)).filter { seen.insert($0).inserted }
    }

    private static func content(_ listed: Item) -> DataSetBuilder {
        var reference = SRItem.reference(listed.reference)
        if let frame = listed.frame { reference.set(.referencedFrameNumber, [frame]) }
        if let presentation = listed.presentation {
            reference.set(.referencedSOPSequence, items: [SRItem.reference(presentation)])
        }
        var item = DataSetBuilder()
        item.set(.relationshipType, "CONTAINS")
        item.set(.valueType, valueType(of: listed.reference.sopClass))
        item.set(.referencedSOPSequence, items: [reference])
        return item
    }

    /// Documents are referred to as COMPOSITE, curves as WAVEFORM (PS3.3 C.17.6.2.2, TID 2010).
    private static func valueType(of sopClass: SOPClass) -> String {
        let root = "1.2.840.10008.5.1.4.1.1."
        if sopClass.rawValue.hasPrefix(root + "9.") { return "WAVEFORM" }
        return ["11.", "66", "88.", "104."].contains { sopClass.rawValue.hasPrefix(root + $0) } ? "COMPOSITE" : "IMAGE"
    }
}

extension SOPClass {
    package static let keyObjectSelection = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.59")
}

extension Tag {
    static let referencedFrameNumber = Tag(0x0008, 0x1160)
}
