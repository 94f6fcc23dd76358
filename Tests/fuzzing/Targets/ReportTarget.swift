// Structured reports and key objects from strangers: what is measured, and what is listed.

import DICOM
import Foundation
import Vocabulary

/// A Part 10 file that the guard lets in, read by whatever makes something of a report's content.
struct ReportTarget: FuzzTarget {
    private static let most = 50

    private let limits: StructureLimits = {
        var limits = StructureLimits()
        limits.inflatedSize = 16 << 20
        return limits
    }()

    func run(_ input: [UInt8]) {
        let file = MemoryFile(input)
        expecting {
            let opened = try DICOMFile(file.path, limits: limits)
            _ = try StructureGuard.check(opened, limits: limits)
            let dataSet = try opened.dataSet()
            expecting { check(try MeasurementReport.read(dataSet, most: Self.most)) }
            expecting { if let content = try KeyObjectContent(dataSet) { check(content) } }
        }
    }

    private func check(_ measurements: [ImageMeasurement]) {
        guard measurements.count <= Self.most else { broken("\(measurements.count) measurements") }
        guard Set(measurements.map(\.id)).count == measurements.count else { broken("two measurements have one name") }
        for measurement in measurements {
            let points = measurement.points
            guard points.allSatisfy(\.isFinite), points.count.isMultiple(of: 2), !points.isEmpty, measurement.frame >= 1
            else { broken("a measurement of points that nobody can draw") }
            if let count = measurement.kind.pointCount, points.count != 2 * count { broken("a shape of other points") }
            let texts = [measurement.id, measurement.text, measurement.userName] + measurement.values.map(\.unit)
            guard texts.allSatisfy({ $0.count <= 200 }), measurement.values.allSatisfy(\.value.isFinite) else {
                broken("a measurement at greater length than there is to say")
            }
        }
        expecting { try readAgain(measurements) }
    }

    /// Written by us and read again, it says the same.
    private func readAgain(_ measurements: [ImageMeasurement]) throws {
        guard let first = measurements.first else { return }
        let images = Dictionary(
            measurements.map { measurement in
                let reference = BasicTextSR.Reference(
                    series: measurement.series, sopClass: .ctImage, sopInstance: measurement.instance)
                return (measurement.instance, MeasurementReport.Image(reference: reference, hasFrames: true))
            }, uniquingKeysWith: { first, _ in first })
        let report = MeasurementReport(
            subject: ReportSeeds.subject, identity: ReportSeeds.identity("1.2.4"), observer: first.userName,
            measurements: measurements, images: images)
        let file = MemoryFile([UInt8](try report.dataSet().part10()))
        let again = try MeasurementReport.read(DICOMFile(file.path).dataSet(), most: Self.most)
        guard again.count == measurements.count else {
            broken("\(measurements.count) measurements were written, \(again.count) are read")
        }
        for (known, read) in zip(measurements, again) where known.points != read.points || known.kind != read.kind {
            broken("a measurement is another one once it was written")
        }
    }

    private func check(_ content: KeyObjectContent) {
        let uids = content.references.map(\.sopInstance)
        guard uids == uids.sorted(), Set(uids).count == uids.count else { broken("a key object lists one twice") }
        guard (content.text ?? "").count <= KeyObjectContent.longestText else { broken("a key object's text is long") }
    }
}
