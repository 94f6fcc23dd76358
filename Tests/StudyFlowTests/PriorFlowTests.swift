import Archive
import Audit
import Foundation
import Outbox
import Priors
import StudyFlow
import TestSupport
import Testing
import Vocabulary

/// The example of the standard itself (GB 11643), which nobody has.
private let card = "11010519491231002X"

@Suite("Earlier studies across the network")
struct PriorFlowTests {
    private static let linking = """
        rules:
          - name: 身份证号
            match: [idCardNumber]
          - name: 姓名+出生日期
            match: [name, birthDate]
        """

    func network(
        linking: String = Self.linking, hops: Int = 4, lent: Duration = .seconds(400 * 86400),
        adjust: (inout LocalNode) -> Void = { _ in }
    ) throws -> FlowNetwork {
        let rules = try LinkingRules(yaml: linking, file: "linking.yaml")
        return try FlowNetwork(
            hasSiblings: true, adjust: adjust,
            adjustContext: { $0.priorPolicy = PriorPolicy(linking: rules, hops: hops, lent: lent) })
    }

    /// A study at the other county's edge, read there; and one of the same person that is read at the city.
    func studies(
        _ network: FlowNetwork, earlier: String = card, later: String = card
    ) async throws -> (earlier: PaperStudy, later: PaperStudy) {
        let before = try PaperStudy(
            3, in: network.directory, patientID: "0777", birthDate: "19491231", otherIDs: [earlier])
        for file in before.files { try network[.otherEdge].take(file) }
        let now = try PaperStudy(2, in: network.directory, patientID: "0001", birthDate: "19491231", otherIDs: [later])
        for file in now.files { try network[.edge].take(file) }
        try await network.run()
        #expect(try await network[.city].journey(now.study).study.acquiredCount == 2)
        return (before, now)
    }

    func list(_ network: FlowNetwork, _ study: StudyInstanceUID, at node: NodeName = .city) async throws
        -> PriorList
    {
        try await PriorViews(network[node].flow).list(for: study)
    }

    private func holds(
        _ network: FlowNetwork, _ node: NodeName, _ study: StudyInstanceUID
    ) async throws -> Bool {
        let flow = network[node].flow
        return try await flow.database.read { try flow.catalogue.study(study, in: $0) } != nil
    }

    func trail(
        _ network: FlowNetwork, _ node: NodeName, _ study: StudyInstanceUID, _ action: AuditAction
    ) async throws -> [AuditEvent] {
        var query = AuditTrail.Query(study: study)
        query.actions = [action]
        let flow = network[node].flow
        return try await flow.database.read { [query] in try flow.audit.events(query, in: $0).map(\.event) }
    }

    @Test("a prior at the edge of another county is found at the city, fetched through two hops, and opened")
    func foundAndFetched() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let city = PriorDesk(network[.city].flow)
        #expect(try await !holds(network, .city, earlier.study))
        let query = try #require(try await city.ask(later.study, by: reader))
        #expect(try await city.ask(later.study, by: reader)?.id == query.id)
        try await network.run(rounds: 4)
        var list = try await list(network, later.study)
        let entry = try #require(list.entries.first)
        #expect(list.entries.count == 1)
        #expect(entry.summary.study == earlier.study)
        #expect(entry.summary.holder == .otherEdge)
        #expect(entry.summary.imageCount == 3)
        #expect(entry.summary.basis == LinkBasis(rule: "身份证号", certainty: .certain))
        #expect(entry.place == .elsewhere)
        #expect(list.isComplete)
        #expect(Set(list.nodes.map(\.node)) == [.county, .edge, .otherCounty, .otherEdge])
        let answered = try #require(try await trail(network, .otherEdge, earlier.study, .priorAnswered).first)
        #expect(answered.actor == .node(.city))
        #expect(answered.detail == "asked through huilai")
        // Nothing came with the answer.
        #expect(try await !holds(network, .otherCounty, earlier.study))

        #expect(try await city.fetch(earlier.study, for: later.study, by: reader) == false)
        #expect(try await self.list(network, later.study).entries.first?.place == .coming(arrived: 0))
        try await network.run(rounds: 8)
        list = try await self.list(network, later.study)
        #expect(list.entries.first?.place == .here)
        #expect(list.entries.first?.summary.holder == .city)
        #expect(try await network[.city].journey(earlier.study).task == nil)
        #expect(try await network[.otherCounty].journey(earlier.study).task == nil)
        #expect(try await city.open(earlier.study, beside: later.study, by: reader).certainty == .certain)
        #expect(try await trail(network, .city, earlier.study, .priorViewed).first?.object == later.study.rawValue)
        #expect(try await trail(network, .otherEdge, earlier.study, .priorSent).count == 1)
    }

    @Test("a node that is down is named, and answers when it is back")
    func incomplete() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        // The other county hears of it; its edge does not.
        network.clock.advance(by: .seconds(60))
        for _ in 0..<3 {
            for child in [NodeName.county, .otherCounty] { try await network.exchange(child, .city) }
            try await network.exchange(.edge, .county)
        }
        let before = try await list(network, later.study)
        #expect(before.entries.isEmpty)
        #expect(!before.isComplete)
        let silent = try #require(before.unanswered.first)
        #expect(before.unanswered.count == 1)
        #expect(silent.node == .otherEdge)
        #expect(silent.via == .otherCounty)
        #expect(silent.state == .offline)
        try await network.run(rounds: 3)
        let after = try await list(network, later.study)
        #expect(after.isComplete)
        #expect(after.entries.map(\.summary.study) == [earlier.study])
    }

    @Test("a study that was filed under the wrong patient has nothing of that patient's once it is corrected")
    func corrected() async throws {
        let network = try network()
        let (_, later) = try await studies(network)
        try await CorrectionDesk(network[.city].flow).correctPatient(
            of: later.study,
            to: PatientIdentity(patientID: "0009", name: "ZHAO^MIN=赵^敏", birthDate: "1949-12-31", sex: "F"),
            reason: "设备上选错", recallingReport: false, by: reviewer, right: .everything)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        try await network.run(rounds: 4)
        let list = try await list(network, later.study)
        #expect(list.isComplete)
        #expect(list.entries.isEmpty)
    }

    @Test("another hospital's same number is nobody's prior; a name and a birth date are only probable")
    func strangers() async throws {
        let network = try network()
        let (_, later) = try await studies(network, earlier: "", later: "")
        let stranger = try PaperStudy(
            1, in: network.directory, patientID: "0001", birthDate: "19491231", name: "OTHER^ONE=另外^人")
        for file in stranger.files { try network[.otherEdge].take(file) }
        try await network.run()
        let desk = PriorDesk(network[.city].flow)
        try await desk.ask(later.study, by: reader)
        try await network.run(rounds: 4)
        let entries = try await list(network, later.study).entries
        #expect(entries.map(\.summary.basis) == [LinkBasis(rule: "姓名+出生日期", certainty: .probable)])
        #expect(!entries.contains { $0.summary.study == stranger.study })
        await #expect(throws: PriorError(code: .notAPrior, message: "")) {
            try await desk.fetch(stranger.study, for: later.study, by: reader)
        }
        await #expect(throws: PriorError(code: .notAPrior, message: "")) {
            _ = try await desk.open(stranger.study, beside: later.study, by: reader)
        }
        #expect(try await trail(network, .city, stranger.study, .priorViewed).first?.outcome == .refused)
    }

    @Test("a question crosses no more links than it may")
    func hopLimit() async throws {
        let network = try network(hops: 1)
        let (_, later) = try await studies(network)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        try await network.run(rounds: 4)
        let list = try await list(network, later.study)
        #expect(Set(list.nodes.map(\.node)) == [.county, .otherCounty])
        #expect(list.isComplete)
        #expect(list.entries.isEmpty)
    }

    @Test("a child may not ask for another hospital's patient, and images that nobody told of are not given")
    func leastPrivilege() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let (county, city) = (network[.otherCounty].flow, network[.city].flow)
        // The other county names the study of the first one's hospital.
        try await send(
            "priors-asked",
            """
            {"query": "forged", "study": "\(later.study)", "asker": "huilai", "hops": 3,
            "patient": {"identifier": {"issuer": "paotai", "patientID": "0001"}},
            "askedAt": 0, "expiresAt": 253402300799999}
            """, from: county, to: .city)
        try await send("prior-wanted", #"{"query": "forged", "study": "\#(later.study)"}"#, from: county, to: .city)
        try await network.run(rounds: 3)
        #expect(try await trail(network, .city, later.study, .priorsAnswered).map(\.outcome) == [.refused])
        #expect(try await trail(network, .city, later.study, .priorRequested).map(\.outcome) == [.refused])
        #expect(try await city.database.read { try city.priorLoans.loans(of: later.study, in: $0).isEmpty })
        #expect(try await county.database.read { try county.catalogue.study(later.study, in: $0) } == nil)
        _ = earlier
    }

    @Test("for a hospital that nobody above has heard of only its own number is answered, at every node on the way")
    func unheardHospital() async throws {
        let network = try network { if $0.name == .city { $0.issuersBelow = [:] } }
        let (earlier, later) = try await studies(network)
        // Read at the other edge and never sent up; the city has a study with the same identity card.
        try await PriorDesk(network[.otherEdge].flow).ask(earlier.study, by: reader)
        try await network.run(rounds: 6)
        let list = try await list(network, earlier.study, at: .otherEdge)
        #expect(list.isComplete)
        #expect(list.entries.isEmpty)
        let details = try await trail(network, .city, earlier.study, .priorsAnswered).compactMap(\.detail)
        #expect(details.count == 1)
        #expect(details[0].contains("by number only, for a hospital unknown here that only huilai vouches for"))
        // Whoever is asked further learns no card and no name, and by whose word it is.
        let county = try await trail(network, .county, earlier.study, .priorsAnswered).compactMap(\.detail)
        #expect(county.count == 1 && county[0].contains("0 studies by number only"))

        // Its own number is answered, where some other way brought one.
        let flow = network[.city].flow
        let disc = try PaperStudy(1, in: network.directory, patientID: "0777")
        var arrival = try network[.city].arrival(disc.files[0], from: nil)
        arrival.issuer = "qianzhan"
        try InstanceIntake(flow).accept(arrival)
        network.clock.advance(by: .seconds(601))
        try await PriorDesk(network[.otherEdge].flow).ask(earlier.study, by: reader)
        try await network.run(rounds: 6)
        let found = try await self.list(network, earlier.study, at: .otherEdge).entries
        #expect(found.map(\.summary.study) == [disc.study])
        #expect(found.first?.summary.basis == .samePatientID)
        // Once a study of the hospital has come through the county, its cards count.
        let origin = StudyOrigin(
            studyInstanceUID: .generate(), issuer: "qianzhan", originNode: .otherEdge, viaChild: .otherCounty,
            recordedAt: network.clock.now)
        try await flow.database.write { _ = try flow.catalogue.claim(origin, in: $0) }
        network.clock.advance(by: .seconds(601))
        try await PriorDesk(network[.otherEdge].flow).ask(earlier.study, by: reader)
        try await network.run(rounds: 6)
        let all = try await self.list(network, earlier.study, at: .otherEdge).entries
        #expect(Set(all.map(\.summary.study)) == [disc.study, later.study])
    }

    @Test("answers are forgotten when they expire, and nothing can be fetched by them any more")
    func expiry() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let desk = PriorDesk(network[.city].flow)
        try await desk.ask(later.study, by: reader)
        try await network.run(rounds: 4)
        #expect(try await list(network, later.study).entries.count == 1)
        network.clock.advance(by: .seconds(25 * 3600))
        try await network.run(rounds: 1)
        #expect(try await list(network, later.study).entries.isEmpty)
        for node in network.nodes.values {
            #expect(try await node.flow.database.read { try $0.row("SELECT 1 FROM prior_route LIMIT 1") == nil })
            #expect(try await node.flow.database.read { try $0.row("SELECT 1 FROM prior_query LIMIT 1") == nil })
        }
        await #expect(throws: PriorError(code: .notAPrior, message: "")) {
            try await desk.fetch(earlier.study, for: later.study, by: reader)
        }
    }

    @Test("questions and answers that come twice change nothing")
    func repeated() async throws {
        let network = try network()
        let (_, later) = try await studies(network)
        try await PriorDesk(network[.city].flow).ask(later.study, by: reader)
        let asked = try await network[.city].link.message(for: .otherCounty)
        for _ in 0..<3 { try await network[.otherCounty].link.receive(asked, from: .city) }
        try await network.run(rounds: 4)
        let list = try await list(network, later.study)
        #expect(list.entries.count == 1)
        #expect(list.isComplete)
        #expect(try await trail(network, .otherCounty, later.study, .priorsAnswered).count == 1)
    }

    func send(_ type: String, _ payload: String, from flow: FlowContext, to peer: NodeName) async throws {
        try await flow.database.write { transaction in
            _ = try flow.outbox.append(
                to: peer, from: flow.node.name, type: type, version: 1, payload: payload, lane: .urgent,
                at: flow.clock.now(), in: transaction)
        }
    }
}
