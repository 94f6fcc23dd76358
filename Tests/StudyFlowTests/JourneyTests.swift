import Archive
import Foundation
import Reading
import Routing
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("A study's journey")
struct JourneyTests {
    @Test("goes up to the city, is read there by two people, and its report comes home and is acknowledged")
    func wholeJourney() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(7, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()

        let atEdge = try await network[.edge].journey(paper.study)
        #expect(atEdge.hops.map(\.node) == [.edge, .county, .city])
        #expect(atEdge.hops.allSatisfy { $0.safe == 7 && $0.expected == 7 })
        #expect(atEdge.task?.owner == .city)
        #expect(atEdge.task?.shownState == .ready)

        let city = network[.city]
        let desk = ReadingDesk(city.flow)
        let entry = try #require(try await StudyViews(city.flow).worklist().first)
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        _ = try await desk.claim(entry.task.id, by: reader)
        let draft = try await desk.saveDraft(entry.task.id, text, over: 0, by: reader)
        let preliminary = try await desk.signPreliminary(entry.task.id, text, over: draft.version, by: reader)
        await #expect(throws: ReadingError.self) {
            try await desk.signFinal(entry.task.id, text, over: preliminary.version, by: reader)
        }
        _ = try await desk.claim(entry.task.id, by: reviewer)
        _ = try await desk.signFinal(entry.task.id, text, over: preliminary.version, by: reviewer)
        try await network.run()

        let home = try await network[.edge].journey(paper.study)
        let report = try #require(home.report)
        #expect(report.arrivedAt != nil)
        #expect(report.announcement.report.text == text)
        #expect(home.task?.shownState == .delivered)
        #expect(home.study.networkMadeCount == 2)
        #expect(home.study.acquiredCount == 7)
        _ = try await StudyDesk(network[.edge].flow).acknowledgeReport(entry.task.id, by: radiographer)
        try await network.run()
        #expect(try await network[.city].journey(paper.study).task?.shownState == .acknowledged)
        #expect(try await network[.county].journey(paper.study).task?.shownState == .acknowledged)
    }

    @Test("is read at the county where its rules say so")
    func readAtCounty() async throws {
        let network = try FlowNetwork(countyRules: FlowNetwork.readHere)
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let journey = try await network[.edge].journey(paper.study)
        #expect(journey.hops.map(\.node) == [.edge, .county])
        #expect(journey.task?.owner == .county)
        let county = try await network[.county].journey(paper.study)
        #expect(county.task?.state == .ready)
        #expect(county.passage?.decision?.ruleName == "read-here")
    }

    @Test("every kept instance has the bytes that were sent")
    func bitIdentity() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(4, in: network.directory)
        let sent = try Set(paper.files.map { try network[.edge].take($0).instance.digest })
        try await network.run()
        let city = network[.city].flow
        let kept = try await city.database.read { try city.catalogue.instances(of: paper.study, in: $0) }
        #expect(Set(kept.map(\.digest)) == sent)
    }

    @Test("images that come after the study had settled settle it again, and all get up")
    func lateImages() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(5, in: network.directory)
        for file in paper.files.prefix(3) { try network[.edge].take(file) }
        try await network.run()
        for file in paper.files.suffix(2) { try network[.edge].take(file) }
        try await network.run()
        let journey = try await network[.edge].journey(paper.study)
        #expect(journey.hops.allSatisfy { $0.safe == 5 })
        #expect(journey.passage?.revision == 2)
        #expect(try await network[.city].journey(paper.study).manifest?.expected == 5)
    }

    @Test("a clock that ran two hours ahead and is put right holds nothing back")
    func clockSetBack() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory)
        network.clock.advance(by: .seconds(7200))
        for file in paper.files { try network[.edge].take(file) }
        let edge = network[.edge].flow
        // As after an attempt that failed.
        let later = network.clock.now + .seconds(60)
        try await edge.database.write { transaction in
            try transaction.execute("UPDATE delivery SET next_attempt_at = ?", later)
        }
        network.clock.advance(by: .seconds(-7200))
        try await network.run()
        #expect(try await network[.edge].journey(paper.study).hops.allSatisfy { $0.safe == 3 })
        #expect(try await network[.city].journey(paper.study).task?.state == .ready)
    }

    @Test("the same bytes twice change nothing; other bytes under the same UID are refused and kept aside")
    func duplicates() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(1, in: network.directory)
        let edge = network[.edge]
        #expect(try edge.take(paper.files[0]).wasKnown == false)
        #expect(try edge.take(paper.files[0]).wasKnown == true)
        var bytes = try Data(contentsOf: paper.files[0])
        bytes[bytes.count - 2] ^= 0xFF
        let altered = network.directory.url.appending(path: "altered.dcm")
        try bytes.write(to: altered)
        #expect {
            try edge.take(altered)
        } throws: {
            ($0 as? IntakeError)?.code == .otherBytes
        }
        let conflicts = try await edge.flow.database.read { try edge.flow.conflicts.list(in: $0) }
        #expect(conflicts.count == 1)
        #expect(FileManager.default.fileExists(atPath: try edge.flow.store.url(of: conflicts[0].path).path))
        let totals = try await edge.flow.database.read { try edge.flow.catalogue.totals(in: $0) }
        #expect(totals.instances == 1)
    }

    @Test("an order placed before its study raises it; one placed after finds it")
    func orders() async throws {
        let network = try FlowNetwork()
        let desk = OrderDesk(network[.edge].flow)
        let early = OrderForm(
            patientID: "0001", accessionNumber: "A1", clinicalQuestion: "咳嗽两周", priority: .stat, hasConsent: true)
        _ = try await desk.place(early, by: radiographer)
        let first = try PaperStudy(2, in: network.directory, accession: "A1")
        for file in first.files { try network[.edge].take(file) }
        let second = try PaperStudy(2, in: network.directory, accession: "A2", patientID: "0002")
        for file in second.files { try network[.edge].take(file) }
        try await network.run()
        let late = OrderForm(
            patientID: "0002", accessionNumber: "A2", clinicalQuestion: "外伤", priority: .urgent, hasConsent: true)
        #expect(try await desk.place(late, by: radiographer).matchedStudy == second.study)
        try await network.run()

        let entries = try await StudyViews(network[.city].flow).worklist()
        #expect(entries.map(\.task.study) == [first.study, second.study])
        #expect(entries.map(\.task.priority) == [.stat, .urgent])
        #expect(entries.map(\.task.clinicalQuestion) == ["咳嗽两周", "外伤"])
    }

    @Test("a bare patient ID of another hospital never joins an order to a study")
    func foreignPatientID() async throws {
        let network = try FlowNetwork()
        _ = try await OrderDesk(network[.county].flow).place(
            OrderForm(
                patientID: "0001", accessionNumber: "A1", clinicalQuestion: "?", priority: .stat, hasConsent: true),
            by: radiographer)
        let paper = try PaperStudy(1, in: network.directory, accession: "A1")
        try network[.edge].take(paper.files[0])
        try await network.run()
        #expect(try await network[.county].journey(paper.study).order == nil)
    }

    @Test("messages lost, doubled and late change nothing in the end")
    func lossyLink() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        network.clock.advance(by: .seconds(60))
        for node in network.nodes.values { try await node.work() }
        let early = try await network[.edge].link.message(for: .county)
        // Never arrives: early. Then everything happens, and it arrives twice, long after.
        try await network.run()
        try await network[.county].link.receive(early, from: .edge)
        try await network[.county].link.receive(early, from: .edge)
        try await network.run()
        #expect(try await network[.edge].journey(paper.study).hops.allSatisfy { $0.safe == 3 })
        #expect(try await StudyViews(network[.city].flow).worklist().count == 1)
        let county = network[.county].flow
        #expect(try await county.database.read { try county.inbox.parkedCount(in: $0) } == 0)
    }

    @Test("a message that comes late is not taken for a restored database")
    func lateMessage() async throws {
        let network = try FlowNetwork()
        let papers = try (0..<2).map { _ in try PaperStudy(1, in: network.directory) }
        try network[.edge].take(papers[0].files[0])
        network.clock.advance(by: .seconds(60))
        try await network.run()
        let early = try await network[.edge].link.message(for: .county)
        try network[.edge].take(papers[1].files[0])
        network.clock.advance(by: .seconds(60))
        try await network.run()
        let county = network[.county].flow
        #expect(try await county.database.read { try county.outbox.pending(for: .edge, in: $0) }.isEmpty)
        try await network[.county].link.receive(early, from: .edge)
        #expect(try await county.database.read { try county.outbox.pending(for: .edge, in: $0) }.isEmpty)
    }

    @Test("a missing receipt is asked for instead of sending the images again")
    func lostReceipt() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        network.clock.advance(by: .seconds(60))
        try await network.exchange(.edge, .county)
        try await network.deliver(from: .edge, to: .county)
        // The county's debts are lost, as with a database restored from a backup.
        let county = network[.county].flow
        try await county.database.write { transaction in
            _ = try county.receipts.takeDue(.edge, in: transaction)
        }
        try await network.run()
        #expect(try await network[.edge].journey(paper.study).hops.allSatisfy { $0.safe == 2 })
    }
}
