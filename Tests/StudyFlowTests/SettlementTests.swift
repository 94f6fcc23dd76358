import Database
import Foundation
import Outbox
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("When a study is whole")
struct SettlementTests {
    private let network: FlowNetwork
    private var edge: TestNode { network[.edge] }

    init() throws { network = try FlowNetwork() }

    private func revision(_ paper: PaperStudy) async throws -> Int {
        let passage = try await edge.journey(paper.study).passage
        return passage?.settledAt == nil ? 0 : passage?.revision ?? 0
    }

    /// Lets time pass, looking as often as the service would.
    private func wait(_ duration: Duration) async throws {
        _ = try await edge.settlement.sweep()
        network.clock.advance(by: duration)
        _ = try await edge.settlement.sweep()
    }

    @Test("without a word of its source it waits for the least quiet time")
    func leastQuietTime() async throws {
        let paper = try PaperStudy(1, in: network.directory)
        try edge.take(paper.files[0])
        try await wait(.seconds(19))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 1)
    }

    @Test("the sweep says when to look again")
    func nextLook() async throws {
        let paper = try PaperStudy(1, in: network.directory)
        try edge.take(paper.files[0])
        #expect(try await edge.settlement.sweep() == .seconds(20))
    }

    @Test("a released association settles it after a short grace")
    func released() async throws {
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try edge.take(file) }
        try ArrivalEnd(edge.flow).released([paper.study])
        try await wait(.seconds(4))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 1)
    }

    @Test("an instance on another association takes the hint back")
    func anotherAssociation() async throws {
        let paper = try PaperStudy(2, in: network.directory)
        try edge.take(paper.files[0])
        try ArrivalEnd(edge.flow).released([paper.study])
        network.clock.advance(by: .seconds(3))
        try edge.take(paper.files[1])
        try await wait(.seconds(19))
        #expect(try await revision(paper) == 0)
        try ArrivalEnd(edge.flow).released([paper.study])
        // Associations come three seconds apart: twice that.
        try await wait(.seconds(5))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 1)
    }

    @Test("a scanner that rests between its series is waited for, up to the longest quiet time")
    func slowPace() async throws {
        let paper = try PaperStudy(3, in: network.directory)
        try edge.take(paper.files[0])
        network.clock.advance(by: .seconds(60))
        try edge.take(paper.files[1])
        try await wait(.seconds(179))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 1)
        // 8 minutes after the last one: it may have been an exception, and counts for twice what was known.
        network.clock.advance(by: .seconds(300))
        try edge.take(paper.files[2])
        try await wait(.seconds(287))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 2)
    }

    @Test("no study waits longer than the longest quiet time")
    func longestQuietTime() async throws {
        let paper = try PaperStudy(2, in: network.directory)
        try edge.take(paper.files[0])
        network.clock.advance(by: .seconds(500))
        try edge.take(paper.files[1])
        try await wait(.seconds(599))
        #expect(try await revision(paper) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(paper) == 1)
    }

    @Test("what one study taught about its scanner holds for the next one, and fades")
    func learning() async throws {
        let first = try PaperStudy(2, in: network.directory)
        try edge.take(first.files[0])
        network.clock.advance(by: .seconds(15))
        try edge.take(first.files[1])
        try await wait(.seconds(45))
        #expect(try await revision(first) == 1)
        // 4/5 of 15 s, three times.
        let second = try PaperStudy(1, in: network.directory)
        try edge.take(second.files[0])
        try await wait(.seconds(35))
        #expect(try await revision(second) == 0)
        try await wait(.seconds(1))
        #expect(try await revision(second) == 1)
        for _ in 0..<4 {
            let more = try PaperStudy(1, in: network.directory)
            try edge.take(more.files[0])
            try await wait(.seconds(36))
        }
        let last = try PaperStudy(1, in: network.directory)
        try edge.take(last.files[0])
        try await wait(.seconds(20))
        #expect(try await revision(last) == 1)
    }

    @Test("another hospital does not say what it consists of")
    func manifestOfAnother() async throws {
        let network = try FlowNetwork(hasSiblings: true)
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let (city, county) = (network[.city].flow, network[.otherCounty].flow)
        for study in ["\(paper.study)", "1.2.3.4"] {
            let payload = """
                {"study": "\(study)", "origin": "qianzhan",
                "manifest": {"studyInstanceUID": "\(paper.study)", "revision": 99, "items": []}}
                """
            try await county.database.write { transaction in
                _ = try county.outbox.append(
                    to: .city, from: county.node.name, type: "study-settled", version: 1, payload: payload,
                    lane: .normal, at: county.clock.now(), in: transaction)
            }
        }
        try await network.run(rounds: 2)
        let count = try await city.database.read { try city.manifests.settledCount(of: paper.study, in: $0) }
        #expect(count == 2)
        #expect(try await network[.city].journey(paper.study).passage?.revision == 1)
    }

    @Test("a clock that is set back holds no study up")
    func clockSetBack() async throws {
        let paper = try PaperStudy(1, in: network.directory)
        try edge.take(paper.files[0])
        network.clock.advance(by: .seconds(-86_400))
        try await wait(.seconds(20))
        #expect(try await revision(paper) == 1)
    }
}

@Suite("Images that come late")
struct LateImagesTests {
    private let network: FlowNetwork
    private let paper: PaperStudy
    private var city: TestNode { network[.city] }

    init() throws {
        network = try FlowNetwork()
        paper = try PaperStudy(5, in: network.directory)
    }

    private func late(at node: NodeName) async throws -> LateImages {
        try await network[node].journey(paper.study).late
    }

    /// Three images are up at the city and claimed.
    private func claimed() async throws -> TaskID {
        for file in paper.files.prefix(3) { try network[.edge].take(file) }
        try await network.run()
        let task = try #require(try await StudyViews(city.flow).worklist().first).task.id
        _ = try await ReadingDesk(city.flow).claim(task, by: reader)
        return task
    }

    private func more() async throws {
        for file in paper.files.suffix(2) { try network[.edge].take(file) }
        try await network.run()
    }

    @Test("are an addition to the study at every node, and the reader is told until they are seen")
    func readerIsTold() async throws {
        let task = try await claimed()
        #expect(try await late(at: .city).isEmpty)
        let changes = city.flow.signals.changes()
        try await more()

        for node in [NodeName.edge, .county, .city] {
            let journey = try await network[node].journey(paper.study)
            #expect(journey.passage?.revision == 2)
            #expect(journey.passage?.settledAt != nil)
            #expect(journey.manifest?.expected == 5)
        }
        #expect(try await late(at: .city).unseen == 2)
        #expect(try await late(at: .county).unseen == 0)
        #expect(try await StudyViews(city.flow).worklist().first?.late.unseen == 2)
        // An open page hears of it.
        var iterator = changes.makeAsyncIterator()
        var heard = false
        while !heard, let change = await iterator.next() { heard = change == FlowChange(.task, paper.study) }
        #expect(heard)

        _ = try await ReadingDesk(city.flow).seeAdditions(task, by: reader)
        #expect(try await late(at: .city).isEmpty)
    }

    @Test("are not in a report that was signed without them, and every node says so")
    func afterReport() async throws {
        let task = try await claimed()
        let desk = ReadingDesk(city.flow)
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        let draft = try await desk.saveDraft(task, text, over: 0, by: reader)
        let preliminary = try await desk.signPreliminary(task, text, over: draft.version, by: reader)
        _ = try await desk.signFinal(task, text, over: preliminary.version, by: reviewer)
        try await network.run()
        #expect(try await late(at: .edge).isEmpty)
        try await more()
        for node in [NodeName.edge, .county, .city] { #expect(try await late(at: node).afterReport == 2) }
        #expect(try await late(at: .city).unseen == 2)
    }

    @Test("shown as previews only are signed over by whoever accepts it, and the report says so")
    func notDiagnostic() async throws {
        let task = try await claimed()
        let desk = ReadingDesk(city.flow)
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        let draft = try await desk.saveDraft(task, text, over: 0, by: reader)
        await #expect(throws: ReadingError(code: .imagesNotDiagnostic, message: "")) {
            _ = try await desk.signPreliminary(task, text, over: draft.version, undisplayed: 3, by: reader)
        }
        let signed = try await desk.signPreliminary(
            task, text, over: draft.version, acceptIncomplete: true, undisplayed: 3, by: reader)
        #expect(signed.text.findings.contains("有 3 幅影像未能以诊断质量显示"))
    }

    @Test("that were seen before the signature are in the report")
    func seenBeforeSigning() async throws {
        let task = try await claimed()
        try await more()
        let desk = ReadingDesk(city.flow)
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        let draft = try await desk.saveDraft(task, text, over: 0, by: reader)
        await #expect(throws: ReadingError.self) {
            _ = try await desk.signPreliminary(task, text, over: draft.version, by: reader)
        }
        let unseen = try await desk.signPreliminary(
            task, text, over: draft.version, acceptIncomplete: true, by: reader)
        #expect(try await late(at: .city).afterReport == 2)
        // The reviewer opens the study with all of its images.
        _ = try await desk.claim(task, by: reviewer)
        _ = try await desk.signFinal(task, text, over: unseen.version, by: reviewer)
        try await network.run()
        for node in [NodeName.edge, .county, .city] { #expect(try await late(at: node).isEmpty) }
    }
}
