// Measurements as a structured report.

import Foundation
import Vocabulary

/// Builds an Imaging Measurement Report (PS3.16 TID 1500) as a Comprehensive SR (PS3.3 A.35.3): a group for each
/// measurement (TID 1410 where it encloses pixels, TID 1501 otherwise), with its tracking identifiers, coordinates on its
/// image and numbers in UCUM units. `MeasurementReport.read` gives back exactly what was put in.
package struct MeasurementReport: Sendable {
    package struct Image: Hashable, Sendable {
        package var reference: BasicTextSR.Reference
        /// Whether its frames are counted.
        package var hasFrames: Bool

        package init(reference: BasicTextSR.Reference, hasFrames: Bool) {
            self.reference = reference
            self.hasFrames = hasFrames
        }
    }

    package var subject: ReportSubject
    package var identity: ReportObjectIdentity
    /// Who measured.
    package var observer: String
    package var measurements: [ImageMeasurement]
    package var images: [SOPInstanceUID: Image]
    package var predecessor: BasicTextSR.Reference?

    package init(
        subject: ReportSubject, identity: ReportObjectIdentity, observer: String, measurements: [ImageMeasurement],
        images: [SOPInstanceUID: Image], predecessor: BasicTextSR.Reference? = nil
    ) {
        self.subject = subject
        self.identity = identity
        self.observer = observer
        // Without its image a measurement says nothing.
        self.measurements = measurements.filter { images[$0.instance] != nil }
        self.images = images
        self.predecessor = predecessor
    }

    package func dataSet() -> DataSetBuilder {
        var dataSet = subject.dataSet()
        identity.add(to: &dataSet, sopClass: .comprehensiveSR, modality: "SR", description: "Measurements")
        dataSet.set(.timezoneOffsetFromUTC, DICOMDateTime.offset)
        dataSet.set(.completionFlag, "COMPLETE")
        dataSet.set(.verificationFlag, "UNVERIFIED")
        dataSet.set(.referencedPerformedProcedureStepSequence, items: [])
        dataSet.set(.performedProcedureCodeSequence, items: [])
        dataSet.set(
            .currentRequestedProcedureEvidenceSequence, items: SRItem.hierarchies(evidence, of: subject.study))
        if let predecessor {
            dataSet.set(.predecessorDocumentsSequence, items: SRItem.hierarchies([predecessor], of: subject.study))
        }
        dataSet.set(.valueType, "CONTAINER")
        dataSet.set(.conceptNameCodeSequence, items: [MeasurementCodes.report.item])
        dataSet.set(.continuityOfContent, "SEPARATE")
        dataSet.set(.contentTemplateSequence, items: [SRItem.template("1500")])
        dataSet.set(.contentSequence, items: context + [library, content])
        return dataSet
    }

    /// The images measured on, in a steady order.
    private var evidence: [BasicTextSR.Reference] {
        let used = Set(measurements.map(\.instance))
        return images.filter { used.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value.reference)
    }

    // MARK: Content

    private var context: [DataSetBuilder] {
        var items = [SRItem.chinese()]
        if !observer.isEmpty {
            items.append(
                SRItem.coded(
                    "HAS OBS CONTEXT", SRCode("121005", "DCM", "Observer Type"), SRCode("121006", "DCM", "Person")))
            items.append(SRItem.person("HAS OBS CONTEXT", MeasurementCodes.observerName.item, observer))
        }
        items.append(
            SRItem.coded(
                "HAS CONCEPT MOD", SRCode("121058", "DCM", "Procedure reported"),
                SRCode("363679005", "SCT", "Imaging procedure")))
        return items
    }

    /// TID 1600.
    private var library: DataSetBuilder {
        let group = SRItem.container(
            SRItem.code("126200", "DCM", "Image Library Group"),
            evidence.map { SRItem.image("CONTAINS", $0, frame: nil) })
        return SRItem.container(SRItem.code("111028", "DCM", "Image Library"), [group])
    }

    private var content: DataSetBuilder {
        SRItem.container(
            MeasurementCodes.measurements.item,
            measurements.enumerated().map { group($1, number: $0 + 1) })
    }

    private func group(_ measurement: ImageMeasurement, number: Int) -> DataSetBuilder {
        let kind = measurement.kind
        var items = [
            SRItem.text(
                "HAS OBS CONTEXT", MeasurementCodes.trackingIdentifier.item, "\(kind.rawValue.capitalized) \(number)"),
            SRItem.uid("HAS OBS CONTEXT", MeasurementCodes.trackingUID, measurement.id),
        ]
        if !measurement.userName.isEmpty, measurement.userName != observer {
            items.append(
                SRItem.person("HAS OBS CONTEXT", MeasurementCodes.observerName.item, measurement.userName))
        }
        items.append(SRItem.coded("HAS CONCEPT MOD", MeasurementCodes.method, MeasurementCodes.tool(kind)))
        let shape = shape(measurement)
        if kind.isRegion {
            items += shape.map { coordinates($0, "CONTAINS", MeasurementCodes.region, measurement) }
            items += measurement.values.map { numeric($0) }
        } else {
            items += measurement.values.map { value in
                numeric(value, inferredFrom: part(of: shape, for: value.name, measurement))
            }
        }
        // A remark carries the place where no number does.
        let isPlaced = kind.isRegion || !measurement.values.isEmpty
        if !isPlaced || !measurement.text.isEmpty {
            var remark = SRItem.text(
                "CONTAINS", MeasurementCodes.comment.item, measurement.text.isEmpty ? Self.noWords : measurement.text)
            if !isPlaced {
                remark.set(
                    .contentSequence,
                    items: shape.map { coordinates($0, "INFERRED FROM", MeasurementCodes.source, measurement) })
            }
            items.append(remark)
        }
        var group = SRItem.container(MeasurementCodes.group.item, items)
        group.set(.contentTemplateSequence, items: [SRItem.template(kind.isRegion ? "1410" : "1501")])
        return group
    }

    /// A Text Value may not be empty.
    static let noWords = "-"

    private func numeric(_ value: ImageMeasurement.Value, inferredFrom: [DataSetBuilder] = []) -> DataSetBuilder {
        var measured = DataSetBuilder()
        measured.set(.measurementUnitsCodeSequence, items: [MeasurementCodes.unit(value.unit).item])
        measured.set(.numericValue, decimals: [value.value])
        measured.set(.floatingPointValue, decimals: [value.value])
        let (concept, derivation) = MeasurementCodes.quantity(value)
        var item = DataSetBuilder()
        item.set(.relationshipType, "CONTAINS")
        item.set(.valueType, "NUM")
        item.set(.conceptNameCodeSequence, items: [concept.item])
        item.set(.measuredValueSequence, items: [measured])
        let modifier = derivation.map { [SRItem.coded("HAS CONCEPT MOD", MeasurementCodes.derivation, $0)] } ?? []
        if !(modifier + inferredFrom).isEmpty { item.set(.contentSequence, items: modifier + inferredFrom) }
        return item
    }

    // MARK: Coordinates

    private struct Shape {
        var type: String
        var data: [Float]
    }

    private func shape(_ measurement: ImageMeasurement) -> [Shape] {
        let points = measurement.points
        switch measurement.kind {
        case .probe, .text: return [Shape(type: "POINT", data: points)]
        case .ellipse: return [Shape(type: "ELLIPSE", data: points)]
        case .rectangle, .freehand: return [Shape(type: "POLYLINE", data: points + points.prefix(2))]
        case .bidirectional, .cobb:
            return [
                Shape(type: "POLYLINE", data: Array(points.prefix(4))),
                Shape(type: "POLYLINE", data: Array(points.dropFirst(4))),
            ]
        default: return [Shape(type: "POLYLINE", data: points)]
        }
    }

    /// Each axis of a bidirectional measurement belongs to its own number: the first drawn is not always the longer. Where one
    /// of the numbers is missing, each has both.
    private func part(
        of shape: [Shape], for name: ImageMeasurement.Quantity, _ measurement: ImageMeasurement
    ) -> [DataSetBuilder] {
        var parts = shape
        let names = Set(measurement.values.map(\.name))
        if measurement.kind == .bidirectional, shape.count == 2, names.isSuperset(of: [.longAxis, .shortAxis]) {
            parts = [name == .shortAxis ? shape[1] : shape[0]]
        }
        return parts.map { coordinates($0, "INFERRED FROM", MeasurementCodes.source, measurement) }
    }

    private func coordinates(
        _ shape: Shape, _ relationship: String, _ concept: SRCode, _ measurement: ImageMeasurement
    ) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.relationshipType, relationship)
        item.set(.valueType, "SCOORD")
        item.set(.conceptNameCodeSequence, items: [concept.item])
        item.set(.graphicType, shape.type)
        item.set(.graphicData, singles: shape.data)
        if let image = images[measurement.instance] {
            item.set(
                .contentSequence,
                items: [
                    SRItem.image(
                        "SELECTED FROM", image.reference, frame: image.hasFrames ? measurement.frame : nil)
                ])
        }
        return item
    }
}

extension SOPClass {
    package static let comprehensiveSR = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.33")
    package static let enhancedSR = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.22")
    package static let comprehensive3DSR = SOPClass(unchecked: "1.2.840.10008.5.1.4.1.1.88.34")
}

extension Tag {
    static let graphicData = Tag(0x0070, 0x0022)
    static let graphicType = Tag(0x0070, 0x0023)
    static let floatingPointValue = Tag(0x0040, 0xA161)
    static let uidValue = Tag(0x0040, 0xA124)
}
