import Archive
import DICOM
import Foundation
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Measurements with the study")
struct MeasurementFlowTests {
    private let network: FlowNetwork
    private let study: StudyInstanceUID
    private let task: TaskID
    private let image: InstanceRecord
    private var city: FlowContext { network[.city].flow }
    private var edge: FlowContext { network[.edge].flow }
    private var desk: MeasurementDesk { MeasurementDesk(city) }

    /// A study that is being read at the city.
    init() async throws {
        network = try FlowNetwork(signsReports: true)
        let paper = try PaperStudy(3, in: network.directory)
        study = paper.study
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let city = network[.city].flow
        task = try #require(try await StudyViews(city).worklist().first).task.id
        _ = try await ReadingDesk(city).claim(task, by: reader)
        let uid = paper.study
        image = try #require(
            try await city.database.read { try city.catalogue.instances(of: uid, in: $0) }.first { $0.isImage })
    }

    private func length(
        _ id: String = "2.25.1", to column: Float = 30.5, on instance: SOPInstanceUID? = nil, frame: Int = 1
    ) -> ImageMeasurement {
        ImageMeasurement(
            id: id, kind: .length, series: SeriesInstanceUID(unchecked: "0"),
            instance: instance ?? image.sopInstanceUID, frame: frame, points: [1.25, 2.5, column, 40.1],
            values: [.init(name: .length, value: 47.75, unit: "mm")],
            window: .init(center: 40, width: 400, inverted: false), area: [0, 0, 16, 16])
    }

    private func measured(at flow: FlowContext) async throws -> StudyMeasurements {
        try await StudyViews(flow).measurements(of: study)
    }

    private func made(at flow: FlowContext) async throws -> [InstanceRecord] {
        let study = study
        return try await flow.database.read { try flow.catalogue.instances(of: study, in: $0) }.filter(\.isNetworkMade)
    }

    private func sign() async throws {
        let readingDesk = ReadingDesk(city)
        let text = ReportText(findings: "右肺结节。", impression: "右肺结节。")
        let preliminary = try await readingDesk.signPreliminary(task, text, over: 0, by: reader)
        _ = try await readingDesk.signFinal(task, text, over: preliminary.version, by: reviewer)
        try await network.run()
    }

    @Test("are kept with the task as they were drawn, by whom they were drawn")
    func kept() async throws {
        let first = try await desk.set([length()], over: 0, of: task, by: reader)
        #expect(first.revision == 1 && first.measurements.first?.userName == reader.displayName)
        let shown = try await measured(at: city)
        #expect(shown.source == .task && shown.revision == 1)
        #expect(shown.measurements.first?.series == image.seriesInstanceUID)
        #expect(shown.measurements.first?.points == length().points)
    }

    @Test("are changed only by who reads the study, over what they saw, and on its own images")
    func refusals() async throws {
        _ = try await desk.set([length()], over: 0, of: task, by: reader)
        await #expect(throws: ReadingError(code: .claimedByAnother, message: "")) {
            _ = try await desk.set([], over: 1, of: task, by: reviewer)
        }
        await #expect(throws: ReadingError(code: .staleMeasurements, message: "")) {
            _ = try await desk.set([], over: 0, of: task, by: reader)
        }
        // The answer was lost, and they are sent again.
        #expect(try await desk.set([length()], over: 0, of: task, by: reader).revision == 1)
        let foreign = length(on: SOPInstanceUID(unchecked: "1.2.3"))
        await #expect(throws: ReadingError(code: .notOfStudy, message: "")) {
            _ = try await desk.set([foreign], over: 1, of: task, by: reader)
        }
        let beyond = length(frame: 2)
        await #expect(throws: ReadingError(code: .notOfStudy, message: "")) {
            _ = try await desk.set([beyond], over: 1, of: task, by: reader)
        }
        await #expect(throws: ReadingError(code: .tooManyMeasurements, message: "")) {
            _ = try await desk.set((0...200).map { length("2.25.\($0)") }, over: 1, of: task, by: reader)
        }
        #expect(try await measured(at: city).measurements.count == 1)
    }

    @Test("become instances once, however often that is asked for")
    func storedOnce() async throws {
        _ = try await desk.set([length()], over: 0, of: task, by: reader)
        let first = try await desk.store(task, by: reader)
        let second = try await desk.store(task, by: reader)
        #expect(first.map(\.sopClass).last == .comprehensiveSR)
        #expect(first.map(\.sopInstanceUID) == second.map(\.sopInstanceUID))
        #expect(try await made(at: city).count == first.count)
        #expect(try await measured(at: city).storedAs == first.last?.sopInstanceUID)
        _ = try await desk.set([length(to: 31)], over: 1, of: task, by: reader)
        #expect(try await measured(at: city).storedAs == nil)
        let third = try await desk.store(task, by: reader)
        #expect(third.last?.sopInstanceUID != first.last?.sopInstanceUID)
    }

    @Test("are stored once by two who ask at the same moment, and after a try that was stopped before its last object")
    func storedOnceAllTheSame() async throws {
        let (desk, task) = (desk, task)
        _ = try await desk.set([length()], over: 0, of: task, by: reader)
        async let one = desk.store(task, by: reader)
        async let other = desk.store(task, by: reader)
        let (first, second) = try await (one, other)
        #expect(Set(first.map(\.sopInstanceUID)) == Set(second.map(\.sopInstanceUID)))
        // Signed again, the state that stands would have other bytes.
        #expect(first.map(\.sopClass) == [.grayscalePresentationState, .comprehensiveSR])
        let report = try #require(first.last?.sopInstanceUID)
        try await city.database.write { transaction in
            _ = try transaction.execute("DELETE FROM sop_instance WHERE sop_instance_uid = ?", report)
        }
        let third = try await desk.store(task, by: reader)
        #expect(third.map(\.sopInstanceUID) == first.map(\.sopInstanceUID))
        #expect(third.first?.digest == first.first?.digest)
        let conflicts = try await city.database.read { [city] in try city.conflicts.list(in: $0) }
        #expect(conflicts.isEmpty)
    }

    @Test("are in the report also where an image's file is elsewhere by then")
    func imageElsewhere() async throws {
        _ = try await desk.set([length()], over: 0, of: task, by: reader)
        let image = image
        try await city.database.write { [city] transaction in
            try city.absences.leave(image, as: .evicted, at: city.clock.now(), in: transaction)
        }
        let records = try await desk.store(task, by: reader)
        #expect(records.map(\.sopClass) == [.comprehensiveSR])
        let report = try #require(records.first)
        let dataSet = try DICOMFile(city.store.url(of: report.path).path).dataSet()
        #expect(try MeasurementReport.read(dataSet).map(\.points) == [length().points])
    }

    @Test("go home with the report, and are read there from the structured report as they were drawn")
    func goHome() async throws {
        _ = try await desk.set([length()], over: 0, of: task, by: reader)
        try await sign()
        let here = try await measured(at: city)
        let home = try await measured(at: edge)
        #expect(home.source == .report && home.measurements.count == 1)
        let (one, other) = (try #require(here.measurements.first), try #require(home.measurements.first))
        #expect(
            other.id == one.id && other.kind == one.kind && other.points == one.points && other.values == one.values)
        #expect(other.instance == image.sopInstanceUID && other.series == image.seriesInstanceUID)
        #expect(try await made(at: edge).contains { $0.sopClass == .comprehensiveSR && $0.isHere })
        #expect(
            Set(try await made(at: edge).map(\.sopInstanceUID)) == Set(try await made(at: city).map(\.sopInstanceUID)))
    }

    @Test("leave no objects where nothing was measured")
    func nothing() async throws {
        try await sign()
        #expect(try await made(at: edge).allSatisfy { $0.sopClass != .comprehensiveSR })
        #expect(try await measured(at: edge).measurements.isEmpty)
    }

    @Test("a picture is kept of key images only")
    func pictures() async throws {
        let png = Data([0x89, 0x50, 0x4E, 0x47])
        let picture = KeyPicture(instance: image.sopInstanceUID, frame: 1, png: png)
        await #expect(throws: ReadingError(code: .notOfStudy, message: "")) {
            try await desk.keep(picture, of: task, by: reader)
        }
        _ = try await ReportDesk(city).mark(
            KeyImage(series: image.seriesInstanceUID, instance: image.sopInstanceUID), of: task, by: reader)
        try await desk.keep(picture, of: task, by: reader)
        let kept = try await city.database.read { [city, task] in try city.tasks.keyPictures(of: task, in: $0) }
        #expect(kept == [picture])
        // Marked again, it is not seen as it was.
        let key = KeyImage(series: image.seriesInstanceUID, instance: image.sopInstanceUID)
        _ = try await ReportDesk(city).unmark(image.sopInstanceUID, frame: 1, of: task, by: reader)
        _ = try await ReportDesk(city).mark(key, of: task, by: reader)
        let left = try await city.database.read { [city, task] in try city.tasks.keyPictures(of: task, in: $0) }
        #expect(left.isEmpty)
        try await desk.keep(picture, of: task, by: reader)
        // It is no picture at all, and the report goes home without it.
        try await sign()
        let report = try await network[.edge].journey(study).report
        #expect(report?.arrivedAt != nil)
    }
}
