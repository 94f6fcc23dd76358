// Images of earlier studies that parents lend, and that nobody can give.

import Archive
import Audit
import Database
import Foundation
import Outbox
import Priors
import StudyFlow
import TestSupport
import Testing
import Vocabulary

extension PriorFlowTests {
    @Test("a prior above or beside is granted to whoever reads below, and to nobody else")
    func fetchedDown() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        // Read at the other county's edge: it asks for the study that is at the city.
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(earlier.study, by: reader)
        try await network.run(rounds: 4)
        let found = try await list(network, earlier.study, at: .otherEdge)
        #expect(found.entries.map(\.summary.study) == [later.study])
        try await desk.fetch(later.study, for: earlier.study, by: reader)
        try await network.run(rounds: 10)
        #expect(try await list(network, earlier.study, at: .otherEdge).entries.first?.place == .here)
        for node in [NodeName.otherEdge, .otherCounty] {
            let flow = network[node].flow
            let origin = try await flow.database.read { try flow.catalogue.origin(of: later.study, in: $0) }
            try #require(origin?.issuer == "paotai")
            #expect(try await network[node].journey(later.study).task == nil)
        }
        let flow = network[.city].flow
        #expect(
            try await flow.database.read {
                try flow.priorLoans.isGiven(later.study, to: .otherCounty, in: $0)
            })
        #expect(
            try await flow.database.read {
                try !flow.priorLoans.isGiven(earlier.study, to: .county, in: $0)
            })
    }

    @Test("what another node's rule told of and was fetched is listed as here, and opened")
    func anothersRule() async throws {
        let rules = try LinkingRules(
            yaml: "rules:\n  - name: 统一编号\n    match: [patientID]\n    issuers: [paotai, qianzhan]\n",
            file: "linking.yaml")
        let network = try FlowNetwork(
            hasSiblings: true,
            adjustContext: { if $0.node.name == .city { $0.priorPolicy = PriorPolicy(linking: rules) } })
        let before = try PaperStudy(2, in: network.directory)
        for file in before.files { try network[.edge].take(file) }
        let now = try PaperStudy(1, in: network.directory)
        for file in now.files { try network[.otherEdge].take(file) }
        try await network.run()
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(now.study, by: reader)
        try await network.run(rounds: 4)
        #expect(try await list(network, now.study, at: .otherEdge).entries.map(\.place) == [.elsewhere])
        try await desk.fetch(before.study, for: now.study, by: reader)
        try await network.run(rounds: 10)
        #expect(try await list(network, now.study, at: .otherEdge).entries.map(\.place) == [.here])
        #expect(try await desk.open(before.study, beside: now.study, by: reader).rule == "统一编号")
    }

    @Test("images that a parent lent may leave the disk again; what it did not name stays")
    func lentImagesMayGo() async throws {
        let network = try network { node in
            guard node.name == .otherEdge else { return }
            node.storage = StoragePolicy(
                retention: .seconds(3600), evictAbovePercent: 0, evictToPercent: -1,
                reserve: SpaceReserve(minimumBytes: 0))
        }
        let (earlier, later) = try await studies(network)
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(earlier.study, by: reader)
        try await network.run(rounds: 4)
        try await desk.fetch(later.study, for: earlier.study, by: reader)
        try await network.run(rounds: 10)
        network.clock.advance(by: .seconds(7200))
        let flow = network[.otherEdge].flow
        func obstacle() async throws -> EvictionRule.Obstacle? {
            try await flow.database.read { try EvictionRule(flow).obstacle(to: later.study, in: $0) }
        }
        #expect(try await obstacle() == nil)
        let loan = try #require(
            try await flow.database.read { try flow.priorLoans.fetched(later.study, in: $0) })
        var grant = try JSONDecoder().decode(PriorGranted.self, from: Data(try #require(loan.grant).utf8))
        grant.manifest.items.removeLast()
        let text = String(decoding: try JSONEncoder().encode(grant), as: UTF8.self)
        try await flow.database.write { transaction in
            _ = try transaction.execute("UPDATE prior_loan SET loan_grant = ?", text)
        }
        #expect(try await obstacle() == .copies)
    }

    @Test("where two nodes named a study and neither can give it, each is asked once, and once more when a person asks")
    func nobodyGives() async throws {
        let network = try network()
        let (_, later) = try await studies(network)
        let city = PriorDesk(network[.city].flow)
        let query = try #require(try await city.ask(later.study, by: reader))
        try await network.run(rounds: 4)
        let gone = try #require(StudyInstanceUID(rawValue: "1.2.3.4"))
        for node in [NodeName.county, .otherCounty] {
            try await send(
                "priors-answered",
                """
                {"query": "\(query.id)", "node": "\(node)", "isRefused": false, "asking": [], "offline": [], "hops": 0,
                "studies": [{"study": "\(gone)", "holder": "\(node)", "issuer": "puning", "modalities": ["CT"],
                "bodyParts": [], "imageCount": 1, "byteCount": 1, "filesHere": 1, "basis": {"certainty": "certain"}}]}
                """, from: network[node].flow, to: .city)
        }
        try await network.run(rounds: 2)
        for times in 1...2 {
            #expect(try await city.fetch(gone, for: later.study, by: reader) == false)
            try await network.run(rounds: 6)
            for node in [NodeName.county, .otherCounty] {
                #expect(try await trail(network, node, gone, .priorRequested).count == times)
            }
            #expect(try await list(network, later.study).entries.first { $0.summary.study == gone }?.place == .refused)
        }
    }

    @Test("what is rejected or corrected where a prior is lent is so where it is looked at, at once and later")
    func correctedPrior() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let city = CorrectionDesk(network[.city].flow)
        let lender = network[.city].flow
        let images = try await lender.database.read { try lender.catalogue.instances(of: later.study, in: $0) }
        let first = try #require(images.first)
        _ = try await city.reject(
            CorrectionDesk.Selection(instances: [first.sopInstanceUID]), of: later.study, for: .patientSafety,
            remark: "左右标错", by: reviewer, right: .everything)
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(earlier.study, by: reader)
        try await network.run(rounds: 4)
        try await desk.fetch(later.study, for: earlier.study, by: reader)
        try await network.run(rounds: 10)
        let borrower = network[.otherEdge].flow
        let lent = try await borrower.database.read { try borrower.catalogue.instances(of: later.study, in: $0) }
        #expect(lent.filter { $0.withheld == .patientSafety }.map(\.sopInstanceUID) == [first.sopInstanceUID])
        // Opened once more, it is still known to be lent.
        try await desk.fetch(later.study, for: earlier.study, by: reader)
        try await network.run(rounds: 2)
        try await city.correctPatient(
            of: later.study, to: PatientIdentity(patientID: "0888", name: "ZHAO^MIN=赵^敏", birthDate: nil, sex: "F"),
            reason: "设备上选错", recallingReport: false, by: reviewer, right: .everything)
        try await network.run(rounds: 4)
        let record = try await borrower.database.read { try borrower.catalogue.study(later.study, in: $0) }
        #expect(record?.patientID == "0888" && record?.patient.identifier.issuer == "paotai")
        await #expect(throws: CorrectionError(code: .notOwnStudy, message: "")) {
            _ = try await CorrectionDesk(borrower).reject(
                of: later.study, for: .quality, remark: "x", by: radiographer, right: .ownStudies)
        }
    }

    private func isGiven(
        _ study: StudyInstanceUID, by lender: NodeName, to child: NodeName, _ network: FlowNetwork
    ) async throws -> Bool {
        let flow = network[lender].flow
        return try await flow.database.read { try flow.priorLoans.isGiven(study, to: child, in: $0) }
    }

    @Test("a loan ends after its time: no more is fetched by it or told of it, until somebody asks again")
    func loanEnds() async throws {
        let network = try network(lent: .seconds(10 * 86400)) { node in
            guard node.name == .otherEdge else { return }
            node.storage = StoragePolicy(
                retention: .seconds(3600), evictAbovePercent: 0, evictToPercent: -1,
                reserve: SpaceReserve(minimumBytes: 0))
        }
        let (earlier, later) = try await studies(network)
        let desk = PriorDesk(network[.otherEdge].flow)
        func fetch() async throws {
            try await desk.ask(earlier.study, anew: true, by: reader)
            try await network.run(rounds: 4)
            try await desk.fetch(later.study, for: earlier.study, by: reader)
            try await network.run(rounds: 12)
        }
        try await fetch()
        network.clock.advance(by: .seconds(9 * 86400))
        try await network.run(rounds: 1)
        #expect(try await isGiven(later.study, by: .city, to: .otherCounty, network))
        network.clock.advance(by: .seconds(2 * 86400))
        try await network.run(rounds: 1)
        let (city, county) = (network[.city].flow, network[.otherCounty].flow)
        #expect(try await !isGiven(later.study, by: .city, to: .otherCounty, network))
        #expect(try await !isGiven(later.study, by: .otherCounty, to: .otherEdge, network))
        #expect(try await city.database.read { try city.priorLoans.loans(of: later.study, in: $0) } == [])
        // In between, the lender stays known: it may still say what is wrong with its study.
        #expect(try await county.database.read { try county.priorLoans.isLent(later.study, by: .city, in: $0) })
        #expect(
            try await county.database.read { try county.priorLoans.fetched(later.study, in: $0)?.state } == .ended)

        let correction = PatientIdentity(patientID: "0888", name: "ZHAO^MIN=赵^敏", birthDate: "1949-12-31", sex: "F")
        try await CorrectionDesk(city).correctPatient(
            of: later.study, to: correction, reason: "设备上选错", recallingReport: false, by: reviewer, right: .everything)
        try await network.run(rounds: 4)
        let borrower = network[.otherEdge].flow
        func patientID() async throws -> String? {
            try await borrower.database.read { try borrower.catalogue.study(later.study, in: $0)?.patientID }
        }
        #expect(try await patientID() == "0001")
        try await CorrectionDesk(city).restorePatient(
            of: later.study, reason: "原来是对的", recallingReport: false, by: reviewer, right: .everything)
        // Its files have left the disk meanwhile: asked for again, it is lent again, and comes whole.
        _ = try await Eviction(borrower).sweep()
        #expect(try await borrower.database.read { try borrower.absences.files(of: later.study, in: $0).away } == 2)
        try await fetch()
        #expect(try await isGiven(later.study, by: .city, to: .otherCounty, network))
        for round in 0..<3 {
            try await FileReturnService(
                borrower, fetching: DirectFetching(network: network.nodes, child: network[.otherEdge])
            ).fetchDue()
            try await network.run(rounds: 1 + round)
        }
        #expect(try await list(network, earlier.study, at: .otherEdge).entries.map(\.place) == [.here])
        try await CorrectionDesk(city).correctPatient(
            of: later.study, to: correction, reason: "设备上选错", recallingReport: false, by: reviewer, right: .everything)
        try await network.run(rounds: 4)
        #expect(try await patientID() == "0888")
    }

    @Test("open pages hear of arriving images once a second, not once an image")
    func toldOnce() async throws {
        let network = try network()
        let before = try PaperStudy(1, in: network.directory, patientID: "0777", otherIDs: [Self.number])
        for file in before.files { try network[.otherEdge].take(file) }
        let now = try PaperStudy(40, in: network.directory, otherIDs: [Self.number])
        for file in now.files { try network[.edge].take(file) }
        try await network.run()
        let desk = PriorDesk(network[.otherEdge].flow)
        try await desk.ask(before.study, by: reader)
        try await network.run(rounds: 4)
        try await desk.fetch(now.study, for: before.study, by: reader)
        let county = network[.otherCounty].flow
        let changes = county.signals.changes()
        try await network.run(rounds: 10)
        county.signals.publish(FlowChange(.roster))
        var told = 0
        for await change in changes {
            if change.topic == .roster { break }
            if change == FlowChange(.prior) { told += 1 }
        }
        #expect(told == 1)
        #expect(try await county.database.read { try county.catalogue.study(now.study, in: $0)?.acquiredCount } == 40)
    }

    /// The example of the standard itself (GB 11643), which nobody has.
    private static let number = "11010519491231002X"

    @Test("no child answers for another, nor at greater length than there is to say")
    func forged() async throws {
        let network = try network()
        let (earlier, later) = try await studies(network)
        let city = PriorDesk(network[.city].flow)
        let query = try #require(try await city.ask(later.study, by: reader))
        try await network.run(rounds: 4)
        let before = try await list(network, later.study, at: .city).entries.map(\.summary.study)
        #expect(before == [earlier.study])
        let long = String(repeating: "x", count: 500)
        for (speaker, description) in [(NodeName.county, ""), (.otherCounty, ""), (.county, long)] {
            let holder = description.isEmpty ? (speaker == .county ? NodeName.otherCounty : .county) : speaker
            try await send(
                "priors-answered",
                """
                {"query": "\(query.id)", "node": "\(holder)", "isRefused": false, "asking": [], "offline": [], "hops": 0,
                "studies": [{"study": "1.2.3.4", "holder": "\(holder)", "issuer": "puning", "modalities": ["CT"],
                "bodyParts": [], "description": "\(description)", "imageCount": 1, "byteCount": 1, "filesHere": 1,
                "basis": {"certainty": "certain"}}]}
                """, from: network[speaker].flow, to: .city)
        }
        try await network.run(rounds: 3)
        #expect(try await list(network, later.study, at: .city).entries.map(\.summary.study) == before)
    }
}
