import Archive
import DICOM
import Database
import Foundation
import Reading
import TestSupport
import Testing
import Vocabulary

@testable import StudyFlow

@Suite("Reports of studies that were merged, rejected or taken back meanwhile")
struct CorrectedReportTests {
    private let network: FlowNetwork
    private var edge: TestNode { network[.edge] }
    private var county: TestNode { network[.county] }
    private var city: TestNode { network[.city] }
    private let text = ReportText(findings: "所见", impression: "印象")

    init() throws { network = try FlowNetwork() }

    private func sent(_ count: Int) async throws -> StudyInstanceUID {
        let paper = try PaperStudy(count, in: network.directory)
        for file in paper.files { try edge.take(file) }
        try await network.run()
        return paper.study
    }

    /// Signed by both doctors at the city; nothing is released before the network runs.
    private func sign(_ study: StudyInstanceUID) async throws -> TaskID {
        let task = try #require(try await city.journey(study).task)
        let desk = ReadingDesk(city.flow)
        _ = try await desk.claim(task.id, by: reader)
        let preliminary = try await desk.signPreliminary(task.id, text, over: 0, by: reader)
        _ = try await desk.signFinal(task.id, text, over: preliminary.version, by: reviewer)
        return task.id
    }

    private func merge(_ source: StudyInstanceUID, into target: StudyInstanceUID, at node: TestNode) async throws {
        try await CorrectionDesk(node.flow).merge(
            source, into: target, reason: "同一次检查", evenIfRead: true, by: reviewer, right: .everything)
    }

    private func rejectAll(of study: StudyInstanceUID, at node: TestNode) async throws -> [SOPInstanceUID] {
        try await CorrectionDesk(node.flow).reject(
            of: study, for: .wrongWorklist, remark: "选错患者", by: reviewer, right: .everything)
    }

    private func corrections(of study: StudyInstanceUID, at node: TestNode) async throws -> StudyCorrections {
        try #require(try await CorrectionViews(node.flow).corrections(of: study))
    }

    @Test(
        "signed before the merge was heard or released, a report comes home about its own images, and the other study says so",
        arguments: [NodeName.edge, .city])
    func merged(_ place: NodeName) async throws {
        let (first, second) = (try await sent(2), try await sent(3))
        let task = try await sign(second)
        try await merge(second, into: first, at: network[place])
        try await network.run(rounds: 10)
        let home = try #require(try await edge.journey(second).report)
        #expect(home.announcement.task == task && home.arrivedAt != nil)
        #expect(try await city.journey(second).task?.state == .delivered)
        let sr = try #require(
            try city.flow.database.readBlocking {
                try city.flow.catalogue.instance(home.announcement.report.srInstance, in: $0)
            })
        let file = try DICOMFile(city.flow.store.url(of: sr.path).path)
        let evidence = try #require(try KeyObjectContent(file.dataSet())).references
        #expect(evidence.count == 3 && evidence.allSatisfy { $0.study == second })
        for node in [edge, county, city] {
            #expect(try await corrections(of: second, at: node).shownIn == first)
            #expect(try await corrections(of: first, at: node).reportedHere == [second])
        }
        #expect(try await StudyViews(city.flow).worklist().map(\.task.study) == [first])
    }

    @Test(
        "signed a moment before all images were rejected, a report goes nowhere, and its text is kept for the next reading"
    )
    func rejectedBeforeRelease() async throws {
        let study = try await sent(2)
        let task = try await sign(study)
        let notes = try await rejectAll(of: study, at: city)
        try await network.run()
        for node in [edge, county, city] {
            #expect(try await node.journey(study).report == nil)
            #expect(try await corrections(of: study, at: node).study.isWithheld)
        }
        #expect(try await city.journey(study).waiting.barredSince != nil)
        let kept = try #require(try await StudyViews(city.flow).reading(task))
        #expect(kept.task.state == .cancelled && kept.report?.text == text && kept.signed.count == 2)
        try await CorrectionDesk(city.flow).lift(
            notes[0], of: study, reason: "误操作", by: reviewer, right: .everything)
        try await network.run(rounds: 10)
        let again = try #require(try await city.journey(study).task)
        #expect(again.id != task && again.state == .ready)
    }

    @Test("released before all images were rejected, a report stays where it is, and nobody signs another")
    func rejectedAfterRelease() async throws {
        let study = try await sent(2)
        let task = try await sign(study)
        try await network.run()
        _ = try await rejectAll(of: study, at: edge)
        try await network.run()
        #expect(try await edge.journey(study).report?.arrivedAt != nil)
        #expect(try await corrections(of: study, at: edge).study.isWithheld)
        #expect(try await city.journey(study).task?.state == .delivered)
        await #expect(throws: CorrectionError(code: .studyRejected, message: "")) {
            _ = try await ReadingDesk(city.flow).claim(task, by: reader)
        }
    }

    @Test("signed from a window that was open before the report was taken back, it is refused and the draft is safe")
    func staleWindow() async throws {
        let study = try await sent(1)
        let task = try await sign(study)
        try await network.run()
        try await CorrectionDesk(city.flow).correctPatient(
            of: study, to: PatientIdentity(patientID: "0777", name: "ZHAO^MIN=赵^敏", birthDate: nil, sex: "F"),
            reason: "选错", recallingReport: true, by: reviewer, right: .everything)
        await #expect(throws: ReadingError.self) {
            _ = try await ReadingDesk(city.flow).signFinal(task, text, over: 1, by: reviewer)
        }
        let kept = try #require(try await StudyViews(city.flow).reading(task))
        #expect(kept.task.state == .recalled && kept.report?.text == text)
    }

    @Test("of the images that are left is signed without asking for those that were rejected before it was opened")
    func fewerImages() async throws {
        let study = try await sent(3)
        let bad = try city.flow.database.readBlocking {
            try city.flow.catalogue.instances(of: study, in: $0)[0].sopInstanceUID
        }
        _ = try await CorrectionDesk(city.flow).reject(
            .init(instances: [bad]), of: study, for: .quality, remark: "模糊", by: reviewer, right: .everything)
        let task = try await sign(study)
        #expect(try await StudyViews(city.flow).reading(task)?.report?.imageCount == 2)
    }
}
