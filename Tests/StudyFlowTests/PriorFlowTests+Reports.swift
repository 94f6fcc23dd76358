// What was made of an earlier study, told to whoever reads a later one.

import Archive
import Audit
import Database
import Foundation
import Outbox
import Priors
import Reading
import Relay
import Retention
import StudyFlow
import TestSupport
import Testing
import Vocabulary

extension PriorFlowTests {
    private static let first = ReportText(findings: "右肺上叶见结节，约 6 mm。", impression: "右肺上叶小结节，建议随访。")

    /// Written and verified at `node`, and released there.
    @discardableResult
    private func release(
        _ text: ReportText = first, of study: StudyInstanceUID, in network: FlowNetwork, at node: NodeName
    ) async throws -> TaskID {
        let flow = network[node].flow
        let task = try #require(try await network[node].journey(study).task)
        try await sign(text, task.id, flow, over: 0, isClaimed: false)
        try await network.run(rounds: 3)
        return task.id
    }

    private func sign(
        _ text: ReportText, _ task: TaskID, _ flow: FlowContext, over version: Int, isClaimed: Bool = true
    ) async throws {
        let desk = ReadingDesk(flow)
        if !isClaimed { _ = try await desk.claim(task, by: reader) }
        let preliminary = try await desk.signPreliminary(task, text, over: version, by: reader)
        _ = try await desk.signFinal(task, text, over: preliminary.version, by: reviewer)
    }

    private func entry(
        _ prior: StudyInstanceUID, beside study: StudyInstanceUID, in network: FlowNetwork, at node: NodeName
    ) async throws -> PriorEntry? {
        try await list(network, study, at: node).entries.first { $0.summary.study == prior }
    }

    /// As a reader at `node` unfolds it.
    private func read(
        _ prior: StudyInstanceUID, beside study: StudyInstanceUID, in network: FlowNetwork, at node: NodeName
    ) async throws -> PriorDesk.ReportReading {
        try await PriorDesk(network[node].flow).report(of: prior, beside: study, mayAsk: true, by: reader)
    }

    private func lent(_ network: FlowNetwork, _ node: NodeName, _ study: StudyInstanceUID) throws -> PriorReport? {
        try network[node].flow.database.readBlocking { try PriorReportBook().report(of: study, in: $0)?.report }
    }

    private func parked(_ network: FlowNetwork) throws -> [NodeName: Int] {
        try network.nodes.mapValues { node in
            try node.flow.database.readBlocking { try node.flow.inbox.parkedCount(in: $0) }
        }.filter { $0.value > 0 }
    }

    @Test(
        "a report two hops below is told of with its prior, read before the images come, and followed by later editions",
        .timeLimit(.minutes(2)))
    func reportFromBelow() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let task = try await release(of: earlier.study, in: network, at: .otherEdge)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        try await network.run(rounds: 4)
        let told = try #require(try await entry(earlier.study, beside: later.study, in: network, at: .city)?.report)
        #expect(told.place == .elsewhere && told.holder == .otherEdge)
        #expect(told.note.signer == reviewer.displayName && told.note.isReleased)
        // Nothing of its words came with the answer.
        #expect(try lent(network, .city, earlier.study) == nil)

        let asked = try await read(earlier.study, beside: later.study, in: network, at: .city)
        #expect(asked.report == nil && asked.status?.place == .coming)
        #expect(try await trail(network, .city, earlier.study, .priorReportViewed).isEmpty)
        #expect(try await trail(network, .city, earlier.study, .priorReportRequested).map(\.actor) == [.user("reader")])
        try await network.run(rounds: 6)
        let entry = try #require(try await entry(earlier.study, beside: later.study, in: network, at: .city))
        #expect(entry.place == .elsewhere && entry.report?.place == .here)
        let report = try #require(
            try await read(earlier.study, beside: later.study, in: network, at: .city).report)
        #expect(report.findings == Self.first.findings && report.impression == Self.first.impression)
        #expect(report.author == reader.displayName && report.reviewer == reviewer.displayName)
        #expect(report.readAt == .otherEdge && report.institution == "另一卫生院")
        #expect(report.addenda.isEmpty && !report.isTakenBack && !report.isCorrection)
        #expect(
            try await trail(network, .city, earlier.study, .priorReportViewed).first?.object == later.study.rawValue)
        #expect(try await trail(network, .otherEdge, earlier.study, .priorReportRequested).map(\.outcome) == [.success])
        #expect(try await trail(network, .otherEdge, earlier.study, .priorReportSent).count == 1)
        // Whoever only carried it keeps nothing of it, and nobody else has heard of it.
        for node in [NodeName.otherCounty, .county, .edge] {
            #expect(try lent(network, node, earlier.study) == nil)
        }

        _ = try await ReportDesk(network[.otherEdge].flow).addAddendum(task, text: "结合病史，考虑结核可能。", by: reviewer)
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study)?.addenda.map(\.text) == ["结合病史，考虑结核可能。"])
        let added = try await self.entry(earlier.study, beside: later.study, in: network, at: .city)?.report
        #expect(added?.note.addendumCount == 1)

        let edge = network[.otherEdge].flow
        _ = try await ReportDesk(edge).correct(task, reason: "左右写反", by: reader)
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study)?.isTakenBack == true)
        let draft = try #require(try await StudyViews(edge).reading(task)?.report)
        let right = ReportText(findings: "左肺上叶见结节，约 6 mm。", impression: "左肺上叶小结节，建议随访。")
        // What is written and not released stays where it is written.
        let preliminary = try await ReadingDesk(edge).signPreliminary(task, right, over: draft.version, by: reader)
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study)?.impression == Self.first.impression)
        _ = try await ReadingDesk(edge).signFinal(task, right, over: preliminary.version, by: reviewer)
        try await network.run(rounds: 4)
        let corrected = try #require(try lent(network, .city, earlier.study))
        #expect(corrected.impression == right.impression && corrected.addenda.isEmpty)
        #expect(corrected.isCorrection && !corrected.isTakenBack)
        #expect(try parked(network).isEmpty)
    }

    @Test("a study that was not reported yet says so; its report comes down two hops by itself when it is released")
    func reportFromAbove() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(earlier.study, by: reader)
        try await network.run(rounds: 4)
        let before = try await entry(later.study, beside: earlier.study, in: network, at: .otherEdge)?.report
        #expect(before?.place == PriorReportStatus.Place.none)
        try await desk.fetch(later.study, for: earlier.study, by: reader)
        try await network.run(rounds: 10)
        let fetched = try #require(try await entry(later.study, beside: earlier.study, in: network, at: .otherEdge))
        #expect(fetched.place == .here && fetched.report?.place == PriorReportStatus.Place.none)

        let task = try await release(of: later.study, in: network, at: .city)
        try await network.run(rounds: 4)
        let report = try #require(
            try await read(later.study, beside: earlier.study, in: network, at: .otherEdge).report)
        #expect(report.impression == Self.first.impression && report.readAt == .city)
        #expect(try lent(network, .otherCounty, later.study) == nil)
        // It is where the study was acquired as well, by its own way home, and nobody there borrowed it.
        #expect(try lent(network, .edge, later.study) == nil)
        let home = try await network[.edge].journey(later.study).report
        #expect(home?.announcement.task == task)
        #expect(try parked(network).isEmpty)
    }

    @Test("a report goes with the images it was lent with when these are destroyed, and no later edition comes")
    func destroyed() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        try await release(of: earlier.study, in: network, at: .otherEdge)
        let desk = PriorDesk(network[.city].flow)
        try await desk.ask(later.study, by: reader)
        try await network.run(rounds: 4)
        try await desk.fetch(earlier.study, for: later.study, by: reader)
        try await network.run(rounds: 8)
        let entry = try #require(try await entry(earlier.study, beside: later.study, in: network, at: .city))
        #expect(entry.place == .here && entry.report?.place == .here && entry.report?.receivedAt != nil)
        // As old as the answer is, what was lent with images stays with them.
        network.clock.advance(by: StoragePolicy.day * 380)
        try await network.run(rounds: 2)
        #expect(try lent(network, .city, earlier.study) != nil)

        var city = network[.city].flow
        city.retention = try RetentionRules(
            yaml: "rules: []\notherwise: {keepYears: 1}\ngraceDays: 10", file: "retention.yaml")
        let expired = try await RetentionDesk(city).expire(
            [earlier.study], by: Person(user: "wang", displayName: "王运维"))
        #expect(expired.expired == [earlier.study])
        try await network.run(rounds: 2)
        network.clock.advance(by: StoragePolicy.day * 11)
        #expect(try await Destruction(city).sweep().studies == 1)
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study) == nil)
        for node in [NodeName.city, .otherCounty, .otherEdge] {
            let wishes = try network[node].flow.database.readBlocking {
                try PriorReportBook().wishes(for: earlier.study, in: $0)
            }
            #expect(wishes.count == 1 && wishes.allSatisfy { $0.endedAt != nil }, "\(node)")
        }
        #expect(try parked(network).isEmpty)
    }

    @Test("images that are here as a copy to be kept have their report below, and it is told to whoever opens them")
    func copyWithoutReport() async throws {
        let network = try network { $0.storage.custodyWindow = DailyWindow("00:00-23:59") }
        let (earlier, _) = try await studies(network)
        let now = try PaperStudy(1, in: network.directory, patientID: "5555", birthDate: "19491231")
        for file in now.files { try network[.otherCounty].take(file) }
        try await CustodyCopies(network[.otherEdge].flow).sweep()
        try await network.run(rounds: 4)
        try await release(of: earlier.study, in: network, at: .otherEdge)
        let county = network[.otherCounty].flow
        #expect(try await StorageViews(county).holding(of: earlier.study).isCustodyCopy)
        let desk = PriorDesk(county)
        try await desk.ask(now.study, by: reader)
        try await network.run(rounds: 4)
        let entry = try #require(try await entry(earlier.study, beside: now.study, in: network, at: .otherCounty))
        #expect(entry.place == .here && entry.report?.place == .elsewhere && entry.report?.holder == .otherEdge)
        #expect(try await desk.fetch(earlier.study, for: now.study, by: reader))
        try await network.run(rounds: 4)
        #expect(
            try await read(earlier.study, beside: now.study, in: network, at: .otherCounty).report?.impression
                == Self.first.impression)
        #expect(try parked(network).isEmpty)
    }

    @Test("a report that nobody asked this node for is parked, and one that nobody told of is not given")
    func forgedReports() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        try await release(of: earlier.study, in: network, at: .otherEdge)
        try await release(of: later.study, in: network, at: .city)
        let city = network[.city].flow
        try await PriorDesk(city).ask(later.study, by: reader)
        try await network.run(rounds: 4)
        _ = try await read(earlier.study, beside: later.study, in: network, at: .city)
        try await network.run(rounds: 6)
        let genuine = try #require(try lent(network, .city, earlier.study))
        // The first county was never asked for it; the other one was, and says more than there is to say.
        func told(_ report: PriorReport, by node: NodeName) async throws {
            let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
            try await send(
                "prior-report-told", #"{"study": "\#(earlier.study)", "report": \#(text)}"#,
                from: network[node].flow, to: .city)
        }
        var forged = genuine
        forged.version += 1
        forged.impression = "未见异常。"
        try await told(forged, by: .county)
        forged.impression = String(repeating: "未", count: PriorReport.longestText + 1)
        try await told(forged, by: .otherCounty)
        var older = genuine
        older.version -= 1
        older.impression = "更早的一版"
        try await told(older, by: .otherCounty)
        // The other county's hospital has no business with the study that is read at the city.
        try await send(
            "prior-report-wanted",
            #"{"query": "forged", "study": "\#(later.study)", "holder": "jieyang"}"#,
            from: network[.otherCounty].flow, to: .city)
        try await network.run(rounds: 3)
        #expect(try lent(network, .city, earlier.study) == genuine)
        #expect(try parked(network)[.city] == 2)
        #expect(try await trail(network, .city, later.study, .priorReportRequested).map(\.outcome) == [.refused])
        #expect(try await trail(network, .city, later.study, .priorReportSent).isEmpty)
        #expect(try lent(network, .otherCounty, later.study) == nil)
        // Nor does a stranger's study get its report shown beside this one.
        await #expect(throws: PriorError(code: .notAPrior, message: "")) {
            _ = try await read(.generate(), beside: later.study, in: network, at: .city)
        }
    }

    @Test("a report whose images were never wanted is forgotten with the answer that told of it")
    func forgotten() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let task = try await release(of: earlier.study, in: network, at: .otherEdge)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        try await network.run(rounds: 4)
        _ = try await read(earlier.study, beside: later.study, in: network, at: .city)
        try await network.run(rounds: 6)
        #expect(try lent(network, .city, earlier.study) != nil)
        network.clock.advance(by: .seconds(25 * 3600))
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study) == nil)
        _ = try await ReportDesk(network[.otherEdge].flow).addAddendum(task, text: "补充", by: reviewer)
        try await network.run(rounds: 4)
        #expect(try lent(network, .city, earlier.study) == nil)
        #expect(try await trail(network, .otherEdge, earlier.study, .priorReportSent).count == 1)
        #expect(try parked(network).isEmpty)
    }
}
