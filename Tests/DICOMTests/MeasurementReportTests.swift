import DICOM
import Foundation
import TestImageGenerator
import TestSupport
import Testing
import Vocabulary

@Suite("Measurements as DICOM objects")
struct MeasurementReportTests {
    private let directory: TemporaryDirectory
    private let subject: ReportSubject
    private let reference: BasicTextSR.Reference
    private let created = Timestamp(milliseconds: 1_767_600_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        let study = TestStudy(seed: "measured", patient: .chinese, encoding: .gbkDeclaredLatin1)
        let image = try study.radiograph(size: 16, in: directory.path)
        subject = ReportSubject(try InstanceHeader.read(file: image.path))
        reference = BasicTextSR.Reference(
            series: image.seriesInstanceUID, sopClass: image.sopClass, sopInstance: image.sopInstanceUID)
    }

    private func identity(_ name: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: TestUID.make(name), series: TestUID.make("\(name) series"), seriesNumber: 9004,
            institution: "示例市人民医院", created: created)
    }

    /// One of every kind, with coordinates that single precision must keep.
    private var every: [ImageMeasurement] {
        let hounsfield = "[hnsf'U]"
        func value(_ name: ImageMeasurement.Quantity, _ value: Double, _ unit: String) -> ImageMeasurement.Value {
            .init(name: name, value: value, unit: unit)
        }
        func measurement(
            _ kind: ImageMeasurement.Kind, _ points: [Float], _ values: [ImageMeasurement.Value] = [],
            text: String = "", known: Double? = nil
        ) -> ImageMeasurement {
            ImageMeasurement(
                id: "2.25.\(1000 + points.count * 100 + (ImageMeasurement.Kind.allCases.firstIndex(of: kind) ?? 0))",
                kind: kind, series: reference.series, instance: reference.sopInstance, points: points, text: text,
                known: known, values: values, userName: "李医生")
        }
        let region = [
            value(.area, 412.123456789, "mm2"), value(.mean, 40.25, hounsfield), value(.deviation, 9.75, hounsfield),
            value(.minimum, -12, hounsfield), value(.maximum, 88, hounsfield),
        ]
        var sweep = measurement(
            .length, [2, 2, 9, 9], [value(.time, 0.25, "s"), value(.velocity, 80.5, "cm/s")])
        sweep.id = "2.25.9"
        return [
            measurement(.length, [1.1, 2.2, 13.3, 14.4], [value(.length, 17.123456789012345, "mm")], text: "结节"),
            measurement(
                .bidirectional, [0, 0, 12, 0, 6, -3, 6, 3],
                [value(.longAxis, 12, "mm"), value(.shortAxis, 6, "mm")]),
            measurement(.angle, [0, 10, 0, 0, 10, 0.1], [value(.angle, 89.4, "deg")]),
            measurement(.cobb, [0, 0, 10, 2, 0, 14, 10, 12], [value(.cobb, 22.6, "deg")]),
            measurement(.rectangle, [1, 1, 9, 1, 9, 7, 1, 7], region),
            measurement(.ellipse, [1, 5, 11, 5, 6, 2, 6, 8], region),
            measurement(.freehand, [1, 1, 9.5, 1.25, 8, 7, 3, 9], [value(.area, 40, "{square_pixels}")], text: "描绘"),
            measurement(.probe, [7.5, 8.5], [value(.value, 57, hounsfield)]),
            measurement(.arrow, [3, 3, 12, 12], text: "箭头\n两行"),
            measurement(.text, [4, 4]),
            measurement(.calibration, [0, 0, 10, 0], [value(.length, 25, "mm")], known: 25), sweep,
        ]
    }

    private func report(hasFrames: Bool = false) throws -> URL {
        let report = MeasurementReport(
            subject: subject, identity: identity("sr"), observer: "李医生", measurements: every,
            images: [reference.sopInstance: .init(reference: reference, hasFrames: hasFrames)],
            predecessor: reference)
        let url = directory.url.appending(path: "sr.dcm")
        try report.dataSet().part10().write(to: url)
        return url
    }

    @Test("what is read back is what was measured, point for point and digit for digit")
    func roundTrip() throws {
        let file = try report()
        #expect(throws: Never.self) { try StructureGuard.check(file: file.path) }
        let read = try MeasurementReport.read(DICOMFile(file.path).dataSet())
        #expect(read.count == every.count)
        for (found, wanted) in zip(read, every) { #expect(found == wanted) }
    }

    @Test("an axis without a number of its own is not lost, and two lines that are one are left out")
    func axes() throws {
        let axes = every[1]
        func written(_ measurement: ImageMeasurement) throws -> [ImageMeasurement] {
            let report = MeasurementReport(
                subject: subject, identity: identity("axes"), observer: "李医生", measurements: [measurement],
                images: [reference.sopInstance: .init(reference: reference, hasFrames: false)])
            let url = directory.url.appending(path: "axes.dcm")
            try report.dataSet().part10().write(to: url)
            return try MeasurementReport.read(DICOMFile(url.path).dataSet())
        }
        for values in [[], [axes.values[0]], [axes.values[1]], axes.values] {
            var measurement = axes
            measurement.values = values
            #expect(try written(measurement) == [measurement])
        }
        var one = axes
        one.points = [0, 0, 12, 0, 0, 0, 12, 0]
        #expect(try written(one) == [])
    }

    @Test("frames of a multi-frame object are told apart")
    func frames() throws {
        var measurements = [every[0], every[0]]
        measurements[1].frame = 7
        measurements[1].id = "2.25.77"
        let report = MeasurementReport(
            subject: subject, identity: identity("sr"), observer: "李医生", measurements: measurements,
            images: [reference.sopInstance: .init(reference: reference, hasFrames: true)])
        let url = directory.url.appending(path: "frames.dcm")
        try report.dataSet().part10().write(to: url)
        #expect(try MeasurementReport.read(DICOMFile(url.path).dataSet()).map(\.frame) == [1, 7])
    }

    @Test("those that nobody tracks are told apart, and an essay is no label")
    func untracked() throws {
        var measurements = [every[0], every[0], every[7]]
        for index in measurements.indices { measurements[index].id = "" }
        measurements[0].text = String(repeating: "字", count: 5000)
        let report = MeasurementReport(
            subject: subject, identity: identity("sr"), observer: "李医生", measurements: measurements,
            images: [reference.sopInstance: .init(reference: reference, hasFrames: false)])
        let url = directory.url.appending(path: "untracked.dcm")
        try report.dataSet().part10().write(to: url)
        let read = try MeasurementReport.read(DICOMFile(url.path).dataSet())
        #expect(Set(read.map(\.id)).count == 3)
        #expect(read.first?.text.count == 200)
    }

    @Test("a presentation state says which frames it shows")
    func shownFrames() throws {
        let images = [3, 7].map {
            PresentationState.Image(
                reference: reference, frame: $0, rows: 16, columns: 16, aspect: ["2", "1"], measurements: [every[0]])
        }
        let state = PresentationState(
            subject: subject, identity: identity("pr"), creator: "李医生", values: .init(), images: images)
        let url = directory.url.appending(path: "frames-pr.dcm")
        try state.dataSet().part10().write(to: url)
        let data = try DICOMFile(url.path).dataSet()
        let shown = try PresentationState.shown(in: data)
        #expect(shown.map(\.frame) == [3, 7] && shown.allSatisfy { $0.instance == reference.sopInstance })
        let area = data.items(Tag(0x0070, 0x005A)).first
        #expect(try area?.strings(Tag(0x0070, 0x0102)) == ["2", "1"])
    }

    @Test("another document has no measurements, and no more are read than asked for")
    func others() throws {
        let sr = BasicTextSR(
            subject: subject, identity: identity("text"), findings: "文", impression: "字", author: "李", verifier: nil,
            evidence: [reference])
        let url = directory.url.appending(path: "text.dcm")
        try sr.dataSet().part10().write(to: url)
        #expect(try MeasurementReport.read(DICOMFile(url.path).dataSet()).isEmpty)
        #expect(try MeasurementReport.read(DICOMFile(report().path).dataSet(), most: 3).count == 3)
    }

    @Test("DCMTK parses the report's content tree without a complaint", .enabled(if: Tool.isInstalled("dsrdump")))
    func dsrdump() throws {
        let done = try Tool.run("dsrdump", ["+Pu", report().path])
        // It says of each text in UTF-8 that it does not check its characters.
        let complaints = done.output.split(separator: "\n").filter {
            ($0.hasPrefix("E: ") || $0.hasPrefix("W: ")) && !$0.contains("VR checker does not support")
        }
        #expect(done.status == 0 && complaints.isEmpty, "\(done.output)")
        #expect(done.output.contains("Cobb angle") && done.output.contains("SCOORD"), "\(done.output)")
    }

    @Test("DCMTK finds nothing wrong with the presentation state", .enabled(if: Tool.isInstalled("dcmpschk")))
    func presentationState() throws {
        let image = PresentationState.Image(
            reference: reference, frame: nil, rows: 16, columns: 16, spacing: [0.2, 0.1],
            window: .init(center: 40, width: 400, inverted: true), area: [2, 3, 14, 15], measurements: every)
        let state = PresentationState(
            subject: subject, identity: identity("pr"), creator: "李医生",
            values: .init(intercept: "-1024", slope: "1", type: "HU", isInverse: true), images: [image])
        let url = directory.url.appending(path: "pr.dcm")
        try state.dataSet().part10().write(to: url)
        #expect(throws: Never.self) { try StructureGuard.check(file: url.path) }
        let done = try Tool.run("dcmpschk", [url.path])
        // Its patterns take no text but ASCII; the value stands on the line after the attribute.
        let lines = done.output.split(separator: "\n")
        let complaints = zip(lines, lines.dropFirst()).filter { line, next in
            line.contains("Affected attribute") && next.allSatisfy(\.isASCII)
        }
        #expect(complaints.isEmpty, "\(done.output)")
        let data = try DICOMFile(url.path).dataSet()
        let area = data.items(Tag(0x0070, 0x005A)).first
        #expect(try area?.numbers(Tag(0x0070, 0x0052)) == [3, 4])
        #expect(try area?.numbers(Tag(0x0070, 0x0053)) == [14, 15])
        let annotations = data.items(Tag(0x0070, 0x0001)).first
        // Two lines each for bidirectional, Cobb and arrow; none for a text.
        #expect(annotations?.items(Tag(0x0070, 0x0009)).count == 14)
        #expect(annotations?.items(Tag(0x0070, 0x0008)).count == 11)
    }
}
