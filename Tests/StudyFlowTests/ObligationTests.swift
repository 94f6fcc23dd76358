import Archive
import Database
import Foundation
import Outbox
import Reading
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Open obligations")
struct ObligationTests {
    private let network: FlowNetwork

    init() throws { network = try FlowNetwork() }

    private func page(_ node: NodeName) async throws -> ObligationPage {
        try await NodeViews(network[node].flow).obligations()
    }

    private func obligations(_ node: NodeName, _ study: StudyInstanceUID) async throws -> [Obligation] {
        try await page(node).groups.first { $0.study == study }?.obligations ?? []
    }

    private func take(_ count: Int) throws -> StudyInstanceUID {
        let paper = try PaperStudy(count, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        return paper.study
    }

    private func runBelow() async throws {
        for _ in 0..<3 {
            network.clock.advance(by: .seconds(30))
            for name in [NodeName.edge, .county] { try await network[name].work() }
            try await network.exchange(.edge, .county)
            try await network.deliver(from: .edge, to: .county)
        }
    }

    @Test("a study is one line however many images it has, with the hop that holds it up and since when")
    func oneLine() async throws {
        let study = try take(40)
        let begun = network.clock.now
        let page = try await page(.edge)
        #expect(page.total == 1 && page.groups.count == 1)
        let group = try #require(page.groups.first)
        #expect(group.study == study && group.since == begun)
        #expect(group.obligations.map(\.kind) == [.images])
        #expect(group.obligations[0].count == 40)
        #expect(group.obligations[0].from == .edge && group.obligations[0].to == .county)
        #expect(group.obligations[0].isConfigured)
    }

    @Test("what the county owes the city stands on the edge's page too, and on the county's, until it is proven")
    func hopAbove() async throws {
        let study = try take(2)
        try await runBelow()
        let above = try #require(try await obligations(.edge, study).first)
        #expect(above.kind == .onward && above.from == .county && above.to == .city && above.count == 2)
        network.clock.advance(by: .seconds(300))
        // The county has taken the task; what the city does not answer is the county's to chase.
        #expect(try await obligations(.edge, study).map(\.kind) == [.onward])
        #expect(try await obligations(.county, study).map(\.kind).contains(.offer))
        let county = try await obligations(.county, study)
        #expect(county.first?.kind == .images && county.first?.from == .county && county.first?.to == .city)
        try await network.run()
        #expect(try await obligations(.edge, study) == [])
        #expect(try await obligations(.county, study) == [])
        #expect(try await obligations(.city, study) == [])
    }

    @Test("parked, sent and waiting deliveries are told apart, with the reason in a few words")
    func kinds() async throws {
        let study = try take(3)
        let edge = network[.edge].flow
        try await edge.database.write { transaction in
            try edge.deliveries.release(study: study, destination: .county, in: transaction)
            let now = edge.clock.now()
            let claimed = try edge.deliveries.claim(
                .county, limit: 2, owner: "test", leaseUntil: now + .seconds(60), at: now, in: transaction)
            try edge.deliveries.markSent(claimed[0].id, owner: "test", at: now, in: transaction)
            try edge.deliveries.markFailed(
                claimed[1].id, owner: "test", error: "refused with 0xC011", status: .conflictingInstance,
                retriable: false, nextAttemptAt: nil, in: transaction)
        }
        let found = try await obligations(.edge, study)
        #expect(found.map(\.kind) == [.parked, .images, .receipts])
        #expect(found[0].trouble == .otherBytes)
        let desk = OperatorDesk(edge)
        #expect(try await desk.retry(study, to: .county, by: "wang") == 3)
        #expect(try await obligations(.edge, study).map(\.kind) == [.images, .receipts])
        #expect(try await desk.cancel(study, to: .county, by: "wang") == 3)
        #expect(try await obligations(.edge, study) == [])
        let audited = try await edge.database.read { snapshot in
            try snapshot.rows("SELECT detail FROM audit_event WHERE action LIKE 'delivery%' ORDER BY sequence")
                .map { try $0["detail", as: String.self] }
        }
        #expect(audited == ["3 deliveries", "3 deliveries"])
    }

    @Test("a destination that is not configured any more is named as such")
    func unconfigured() async throws {
        let study = try take(1)
        let edge = network[.edge].flow
        try await edge.database.write { transaction in
            _ = try transaction.execute("UPDATE delivery SET destination = 'shantou'")
        }
        let found = try #require(try await obligations(.edge, study).first)
        #expect(found.to.rawValue == "shantou" && !found.isConfigured)
    }

    @Test("an offer nobody answers, a study nobody reads, a report nobody acknowledges, each at its node")
    func reading() async throws {
        let study = try take(1)
        network.clock.advance(by: .seconds(60))
        try await network[.edge].work()
        network.clock.advance(by: .seconds(90))
        let offer = try #require(try await obligations(.edge, study).last)
        #expect(offer.kind == .offer && offer.from == .county)
        try await network.run()
        #expect(try await obligations(.city, study) == [])
        network.clock.advance(by: ObligationBook.readingLimit(.routine))
        let unread = try #require(try await obligations(.city, study).first)
        #expect(unread.kind == .reading && unread.from == .city && unread.to == .edge)
        #expect(try await obligations(.edge, study).map(\.kind) == [.reading])

        let city = network[.city]
        let desk = ReadingDesk(city.flow)
        let task = try #require(try await StudyViews(city.flow).worklist().first).task.id
        let text = ReportText(findings: "双肺纹理清晰。", impression: "未见明显异常。")
        _ = try await desk.claim(task, by: reader)
        let draft = try await desk.saveDraft(task, text, over: 0, by: reader)
        let preliminary = try await desk.signPreliminary(task, text, over: draft.version, by: reader)
        _ = try await desk.claim(task, by: reviewer)
        _ = try await desk.signFinal(task, text, over: preliminary.version, by: reviewer)
        try await city.work()
        network.clock.advance(by: .seconds(90))
        let home = try #require(try await obligations(.city, study).first)
        #expect(home.kind == .reportDelivery && home.from == .city && home.to == .edge)
        try await network.run()
        #expect(try await obligations(.edge, study).map(\.kind) == [.acknowledgement])
        _ = try await StudyDesk(network[.edge].flow).acknowledgeReport(task, by: radiographer)
        try await network.run()
        for node in [NodeName.edge, .county, .city] { #expect(try await obligations(node, study) == []) }
    }

    @Test("announced images that do not come are owed by the child; conflicts and silent neighbours are listed too")
    func others() async throws {
        let study = try take(2)
        network.clock.advance(by: .seconds(60))
        try await network[.edge].work()
        try await network.exchange(.edge, .county)
        network.clock.advance(by: .seconds(600))
        let incoming = try #require(try await obligations(.county, study).first)
        #expect(incoming.kind == .incoming && incoming.from == .edge && incoming.count == 2)
        // The county has not told the city of the study yet.
        let events = try await page(.county).groups.filter { $0.study == nil }
        #expect(events.flatMap(\.obligations).allSatisfy { $0.kind == .events })

        let record = try network[.edge].flow.database.readBlocking {
            try network[.edge].flow.catalogue.instances(of: study, in: $0)
        }[0]
        var bytes = try Data(contentsOf: network[.edge].flow.store.url(of: record.path))
        bytes[bytes.count - 1] ^= 0xFF
        let altered = network.directory.url.appending(path: "altered.dcm")
        try bytes.write(to: altered)
        #expect(throws: IntakeError.self) { try network[.edge].take(altered) }
        let conflict = try #require(try await obligations(.edge, study).first)
        #expect(conflict.kind == .conflict && conflict.trouble == .otherBytes && conflict.reference != nil)
    }

    @Test("what a sentence means is found in it, whatever else it says")
    func troubles() {
        let cases: [(String, Trouble)] = [
            ("10.0.0.7:2762 refuses connections: is the peer running, and are address and port right?", .notRunning),
            ("10.0.0.7:2762 cannot be reached: no route to host; check network and firewall", .unreachable),
            ("10.0.0.7:2762: no answer in 15 s; check the peer and the line", .lineBroken),
            ("x:1: certificate has expired; enrol this node there, or renew its certificate", .certificate),
            ("x:1 rejected the association: it does not know the calling AE title; enter it there", .notAdmitted),
            ("x:1 rejected the association: it has too many associations at the moment", .busy),
            ("the instance's file is gone; restore it and run 'jieli verify'", .fileDamaged),
            ("something new", .unknown),
        ]
        for (sentence, trouble) in cases {
            #expect(Trouble(status: nil, sentence: sentence) == trouble, "\(sentence)")
        }
        #expect(Trouble(status: nil, sentence: nil) == nil)
        #expect(Trouble(status: .outOfResources, sentence: "x") == .diskFull)
    }

    @Test("with a hundred thousand open deliveries a page comes quickly, from indexes of open rows")
    func hundredThousand() async throws {
        let edge = network[.edge].flow
        try await edge.database.write { transaction in
            for study in 0..<200 {
                let study = StudyInstanceUID(unchecked: "1.2.\(study)")
                try edge.deliveries.enqueue(
                    (0..<500).map { number in
                        NewDelivery(
                            study: study, sopInstance: SOPInstanceUID(unchecked: "\(study).\(number)"),
                            destination: .county, digest: Digest(of: [1]), size: 500_000,
                            transferSyntax: .explicitVRLittleEndian, sopClass: .ctImage, priority: .routine)
                    }, held: false, at: edge.clock.now(), in: transaction)
            }
        }
        let clock = ContinuousClock()
        var read: ObligationPage?
        let times = try await (0..<3).asyncMap { _ in
            let begun = clock.now
            read = try await NodeViews(edge).obligations(limit: 50)
            return clock.now - begun
        }
        let page = try #require(read)
        #expect(page.total == 200 && page.groups.count == 50)
        #expect(page.groups.allSatisfy { $0.obligations.first?.count == 500 })
        // Half a second in a debug build on a busy machine; a scan of each row, sorted, takes seconds.
        #expect(try #require(times.min()) < .seconds(6), "\(times)")
        let plan = try await edge.database.read { snapshot in
            try snapshot.rows(
                """
                EXPLAIN QUERY PLAN SELECT study_instance_uid, min(created_at) FROM delivery WHERE done_at IS NULL
                GROUP BY study_instance_uid
                """
            ).map { try $0["detail", as: String.self] }
        }
        #expect(plan.contains { $0.contains("USING COVERING INDEX delivery_open") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
