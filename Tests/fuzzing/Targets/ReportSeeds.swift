// Reports of every kind, made as the node makes them, for a fuzzer to begin with.

import DICOM
import Foundation
import Vocabulary

package enum ReportSeeds {
    static let subject = ReportSubject(study: StudyInstanceUID(unchecked: "1.2.3"))
    private static let image = reference("1.2.6")

    private static func reference(_ instance: String) -> BasicTextSR.Reference {
        BasicTextSR.Reference(
            series: SeriesInstanceUID(unchecked: "1.2.5"), sopClass: .ctImage,
            sopInstance: SOPInstanceUID(unchecked: instance))
    }

    static func identity(_ instance: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: SOPInstanceUID(unchecked: instance), series: SeriesInstanceUID(unchecked: "1.2.7"),
            seriesNumber: 1, institution: "示例医院",
            created: Timestamp(milliseconds: 1_767_600_000_000))
    }

    /// Part 10 files.
    package static func files() throws -> [Data] {
        let measurements = ImageMeasurement.Kind.allCases.map(measurement)
        var reports = measurements.map { report([$0]) }
        reports.append(report(measurements))
        reports.append(report([]))
        return try reports.map { try $0.dataSet().part10() } + keyObjects().map { try $0.dataSet().part10() }
    }

    private static func report(_ measurements: [ImageMeasurement]) -> MeasurementReport {
        MeasurementReport(
            subject: subject, identity: identity("1.2.4"), observer: "李医生",
            measurements: measurements,
            images: [image.sopInstance: MeasurementReport.Image(reference: image, hasFrames: true)])
    }

    private static func measurement(_ kind: ImageMeasurement.Kind) -> ImageMeasurement {
        let points = (0..<2 * (kind.pointCount ?? 5)).map { Float($0 * $0 % 17) + 0.5 }
        let values = ImageMeasurement.Quantity.allCases.prefix(kind == .arrow || kind == .text ? 0 : 3).map {
            ImageMeasurement.Value(name: $0, value: 12.5, unit: "mm")
        }
        return ImageMeasurement(
            id: "1.2.8.\(points.count)", kind: kind, series: image.series, instance: image.sopInstance, frame: 2,
            points: points, text: "结节", known: kind == .calibration ? 12.5 : nil, values: values, userName: "王医生")
    }

    private static func keyObjects() -> [KeyObjectSelection] {
        [("113000", "Of Interest"), ("113037", "Rejected for Patient Safety Reasons")].map { code, meaning in
            KeyObjectSelection(
                subject: subject, identity: identity("1.2.9"), title: .init(code: code, meaning: meaning),
                observer: "李医生", text: "左右标错", items: [.init(image, frame: 2), .init(reference("1.2.10"))])
        }
    }
}
