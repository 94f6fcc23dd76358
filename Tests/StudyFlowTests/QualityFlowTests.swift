import Foundation
import ImageQuality
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Image quality between nodes")
struct QualityFlowTests {
    private func claimed(_ network: FlowNetwork) async throws -> (PaperStudy, TaskID) {
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let task = try #require(try await network[.city].journey(paper.study).task)
        _ = try await ReadingDesk(network[.city].flow).claim(task.id, by: reader)
        return (paper, task.id)
    }

    private func exchange(_ network: FlowNetwork) async throws {
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        try await network.exchange(.county, .city)
    }

    @Test("a grade is known at the hospital, and the reader's second thought as well")
    func grades() async throws {
        let network = try FlowNetwork()
        let (paper, task) = try await claimed(network)
        let desk = QualityDesk(network[.city].flow)
        _ = try await desk.grade(.c, reasons: [.motion], note: "", of: task, by: reader)
        _ = try await desk.grade(.b, reasons: [.motion, .exposure], note: "呼吸配合差", of: task, by: reader)
        try await exchange(network)
        for node in [NodeName.city, .county, .edge] {
            let mark = try #require(try await QualityViews(network[node].flow).marks(of: paper.study).first)
            #expect(mark.grade == .b)
            #expect(mark.reasons == [.motion, .exposure])
            #expect(mark.modality == "CT")
        }
        let here = try #require(try await network[.county].journey(paper.study).task)
        await #expect(throws: ImageQualityError(code: .notReadHere, message: "")) {
            _ = try await QualityDesk(network[.county].flow).grade(.a, reasons: [], note: "", of: here.id, by: reader)
        }
    }

    @Test("new images of the same study: the task is ready again when all of them are where it is read, not before")
    func takenAgain() async throws {
        let network = try FlowNetwork()
        let (paper, task) = try await claimed(network)
        let asked = try await QualityDesk(network[.city].flow).requestRetake(
            task, reasons: [.positioning], note: "肺尖未包括", by: reader)
        #expect(try await network[.city].journey(paper.study).task?.state == .returnedForRetake)
        try await exchange(network)
        let entry = try #require(try await QualityViews(network[.edge].flow).openRetakes().first)
        #expect(entry.retake.id == asked.retake.id)
        #expect(entry.retake.note == "肺尖未包括")
        #expect(try await network[.edge].journey(paper.study).task?.shownState == .returnedForRetake)

        // Two more images of the study; the answer overtakes them.
        let further = try PaperStudy(study: paper.study, numbers: 3...4, in: network.directory)
        for file in further.files { try network[.edge].take(file) }
        _ = try await QualityDesk(network[.edge].flow).answer(
            entry.retake.id, .done, note: "", newStudy: nil, by: radiographer)
        try await exchange(network)
        _ = try await network[.city].settlement.sweep()
        #expect(try await network[.city].journey(paper.study).task?.state == .returnedForRetake)
        try await network.run()
        let ready = try #require(try await network[.city].journey(paper.study).task)
        #expect(ready.state == .ready)
        #expect(ready.reason == nil)
        #expect(try await network[.city].journey(paper.study).study.acquiredCount == 4)
        #expect(try await QualityViews(network[.city].flow).retakes(of: paper.study).first?.known.closedAt != nil)
    }

    @Test("a new study in its place cancels the old task; a declined retake is read as it is; a withdrawn one too")
    func otherAnswers() async throws {
        let network = try FlowNetwork()
        let (paper, task) = try await claimed(network)
        let city = QualityDesk(network[.city].flow)
        let edge = QualityDesk(network[.edge].flow)

        _ = try await city.withdraw(
            try await city.requestRetake(task, reasons: [.exposure], note: "", by: reader).retake.id, by: reader)
        #expect(try await network[.city].journey(paper.study).task?.state == .ready)

        let second = try await city.requestRetake(task, reasons: [.exposure], note: "", by: reader)
        try await exchange(network)
        await #expect(throws: ImageQualityError(code: .reasonMissing, message: "")) {
            _ = try await edge.answer(second.retake.id, .declined, note: "", newStudy: nil, by: radiographer)
        }
        _ = try await edge.answer(second.retake.id, .declined, note: "患者已离院", newStudy: nil, by: radiographer)
        try await exchange(network)
        #expect(try await network[.city].journey(paper.study).task?.state == .ready)

        let third = try await city.requestRetake(task, reasons: [.wrongPatient], note: "", by: reader)
        try await exchange(network)
        await #expect(throws: ImageQualityError(code: .unknownStudy, message: "")) {
            _ = try await edge.answer(
                third.retake.id, .newStudy, note: "", newStudy: .generate(), by: radiographer)
        }
        network.clock.advance(by: .seconds(60))
        let fresh = try PaperStudy(1, in: network.directory)
        try network[.edge].take(fresh.files[0])
        let entry = try #require(try await QualityViews(network[.edge].flow).openRetakes().first)
        #expect(entry.candidates.map(\.studyInstanceUID) == [fresh.study])
        _ = try await edge.answer(third.retake.id, .newStudy, note: "", newStudy: fresh.study, by: radiographer)
        try await network.run()
        let old = try await network[.city].flow.database.read { [flow = network[.city].flow] in
            try flow.tasks.task(task, in: $0)
        }
        #expect(old?.state == .cancelled)
        #expect(try await network[.city].journey(fresh.study).task?.state == .ready)
    }
}
