import Database
import PeerReview
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Double reading between nodes")
struct PeerReviewFlowTests {
    private let colleague = Person(user: "colleague", displayName: "测试复核医生")

    @Test(
        "a released report is read again blind, graded, and what is to be learned reaches the township without a name")
    func wholeLine() async throws {
        let network = try FlowNetwork(peerReviewRules: PeerReviewRules(rules: [PeerReviewRule(name: "全部")]))
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let city = network[.city].flow
        let (reading, desk) = (ReadingDesk(city), PeerReviewDesk(city))
        let task = try #require(try await StudyViews(city).worklist().first).task.id
        _ = try await reading.claim(task, by: reader)
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见异常。")
        let preliminary = try await reading.signPreliminary(task, text, over: 0, by: reader)
        #expect(try await desk.lists(for: colleague.user).waiting.isEmpty)
        _ = try await reading.signFinal(task, text, over: preliminary.version, by: reviewer)
        try await network.run()
        #expect(try await desk.lists(for: reader.user).waiting.isEmpty)
        let waiting = try await desk.lists(for: colleague.user).waiting
        #expect(waiting.map(\.first.impression) == ["未见异常。"])
        let id = try #require(waiting.first).id
        await #expect(throws: PeerReviewError.self) { try await desk.take(id, by: reader) }
        let taken = try await desk.take(id, by: colleague)
        #expect(try await desk.isBlind(colleague.user, to: paper.study))
        _ = try await desk.save(
            ReviewText(findings: "左肺上叶见结节。", impression: "左肺上叶结节。"), over: taken.version, of: id, by: colleague)
        _ = try await desk.sign(id, by: colleague)
        #expect(try await !desk.isBlind(colleague.user, to: paper.study))
        _ = try await desk.grade(id, as: "3b", comment: "请看左肺上叶。", teaching: "左肺上叶尖后段结节易漏。", by: colleague)
        #expect(try await desk.lists(for: reader.user).feedback.map(\.grade) == ["3b"])
        try await network.run()
        for node in [NodeName.city, .county, .edge] {
            let notes = try await PeerReviewDesk(network[node].flow).notes(of: paper.study)
            #expect(notes.map(\.text) == ["左肺上叶尖后段结节易漏。"], "\(node)")
        }
        // The township learns what there was to see, and of nobody who missed it.
        #expect(try await PeerReviewDesk(network[.edge].flow).lists(for: reader.user).feedback.isEmpty)
    }

    @Test("an addendum or a correction is not drawn again, and no rules draw nothing")
    func drawnOnce() async throws {
        for rules in [PeerReviewRules(rules: [PeerReviewRule(name: "全部")]), PeerReviewRules()] {
            let network = try FlowNetwork(countyRules: FlowNetwork.readHere, peerReviewRules: rules)
            let paper = try PaperStudy(1, in: network.directory)
            for file in paper.files { try network[.edge].take(file) }
            try await network.run()
            let county = network[.county].flow
            let reading = ReadingDesk(county)
            let task = try #require(try await StudyViews(county).worklist().first).task.id
            _ = try await reading.claim(task, by: reader)
            let text = ReportText(findings: "甲", impression: "乙")
            let preliminary = try await reading.signPreliminary(task, text, over: 0, by: reader)
            _ = try await reading.signFinal(task, text, over: preliminary.version, by: reviewer)
            try await network.run()
            _ = try await ReportDesk(county).addAddendum(task, text: "补充", by: reviewer)
            try await network.run()
            let lists = try await PeerReviewDesk(county).lists(for: colleague.user)
            #expect(lists.waiting.count == rules.rules.count)
        }
    }
}
