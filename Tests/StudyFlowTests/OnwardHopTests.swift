import Database
import Foundation
import Outbox
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Receipts from further up")
struct OnwardHopTests {
    /// Everything the edge and the county can do while the county does not reach the city.
    private func runBelow(_ network: FlowNetwork, rounds: Int = 3) async throws {
        for _ in 0..<rounds {
            network.clock.advance(by: .seconds(30))
            for name in [NodeName.edge, .county] { try await network[name].work() }
            try await network.exchange(.edge, .county)
            try await network.deliver(from: .edge, to: .county)
        }
    }

    private func take(_ count: Int, _ network: FlowNetwork) throws -> StudyInstanceUID {
        let paper = try PaperStudy(count, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        return paper.study
    }

    private func hop(_ node: NodeName, _ study: StudyInstanceUID, _ network: FlowNetwork) async throws -> JourneyHop {
        try #require(try await network[.edge].journey(study).hops.first { $0.node == node })
    }

    @Test("the edge knows which hop above owes its study, since when, and why, and sees it proven")
    func owedAbove() async throws {
        let network = try FlowNetwork()
        let study = try take(3, network)
        let begun = network.clock.now
        try await runBelow(network)
        let county = network[.county].flow
        try await county.database.write { transaction in
            _ = try transaction.execute(
                "INSERT INTO relay_link (destination, failing_since, failures, last_error) VALUES (?, ?, 3, ?)",
                NodeName.city, begun, "jieyang:2762 cannot be reached: no route; check network and firewall")
        }
        try await network.exchange(.edge, .county)
        let waiting = try await hop(.city, study, network)
        #expect(waiting.safe == 0 && waiting.expected == 3)
        #expect(waiting.owedBy == .county)
        #expect(try #require(waiting.owedSince) >= begun)
        #expect(waiting.trouble == .unreachable)
        #expect(try await hop(.county, study, network).safe == 3)
        #expect(try await hop(.county, study, network).owedBy == nil)
        try await network.run()
        let proven = try await hop(.city, study, network)
        #expect(proven.safe == 3 && proven.owedBy == nil && proven.owedSince == nil)
    }

    @Test("a city's receipt that the county holds and the edge never got is asked for and comes down as it was signed")
    func lostAbove() async throws {
        let network = try FlowNetwork()
        let study = try take(2, network)
        try await network.run()
        let edge = network[.edge].flow
        try await edge.database.write { transaction in
            try transaction.execute("DELETE FROM receipt WHERE node = ?", NodeName.city)
            try transaction.execute("DELETE FROM receipt_batch WHERE node = ?", NodeName.city)
            try transaction.execute("UPDATE onward_hop SET proven_at = NULL, asked_at = NULL")
        }
        #expect(try await hop(.city, study, network).safe == 0)
        try await runBelow(network)
        #expect(try await hop(.city, study, network).safe == 2)
        #expect(try await hop(.city, study, network).owedSince == nil)
        let county = network[.county].flow
        let (above, here) = (
            try await county.database.read { try county.receipts.batches(of: study, by: .city, in: $0) },
            try await edge.database.read { try edge.receipts.batches(of: study, by: .city, in: $0) }
        )
        #expect(above == here && !here.isEmpty)
    }

    @Test("during an outage of a night the edge asks a dozen times and not every half minute")
    func patientAsking() async throws {
        let network = try FlowNetwork()
        _ = try take(1, network)
        try await runBelow(network)
        let edge = network[.edge].flow
        for _ in 0..<(12 * 60) {
            network.clock.advance(by: .seconds(60))
            _ = try await network[.edge].settlement.sweep()
        }
        let asked: Int = try await edge.database.read { snapshot in
            try snapshot.row(
                "SELECT count(*) AS events FROM outbox_event WHERE type = ?", ReceiptsAboveRequested.type)?["events"]
                ?? 0
        }
        #expect((8...16).contains(asked), "\(asked)")
    }

    @Test("a study that grows is owed again until the rest is proven")
    func grows() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory)
        for file in paper.files.prefix(2) { try network[.edge].take(file) }
        try await network.run()
        #expect(try await hop(.city, paper.study, network).owedSince == nil)
        try network[.edge].take(paper.files[2])
        try await runBelow(network)
        #expect(try await hop(.city, paper.study, network).owedSince != nil)
        try await network.run()
        #expect(try await hop(.city, paper.study, network).owedSince == nil)
    }

    @Test("a receipt altered on the way down is parked, not kept, and not passed on")
    func alteredOnTheWay() async throws {
        let network = try FlowNetwork()
        let study = try take(1, network)
        try await runBelow(network)
        network.clock.advance(by: .seconds(30))
        for name in [NodeName.county, .city] { try await network[name].work() }
        try await network.exchange(.county, .city)
        try await network.deliver(from: .county, to: .city)
        try await network[.city].work()
        var down = try await network[.city].link.message(for: .county)
        for index in down.events.indices where down.events[index].type == ReceiptsIssued.type {
            let altered = down.events[index].payload.replacing(#"\"size\":"#, with: #"\"size\":1"#)
            #expect(altered != down.events[index].payload)
            down.events[index].payload = altered
        }
        try await network[.county].link.receive(down, from: .city)
        let county = network[.county].flow
        #expect(try await county.database.read { try county.inbox.parkedCount(in: $0) } == 1)
        #expect(try await county.database.read { try county.receipts.safeAt(study, in: $0) }.isEmpty)
        try await network.exchange(.edge, .county)
        #expect(try await hop(.city, study, network).safe == 0)
        // The county asks again, and what comes then is good.
        try await network.run()
        #expect(try await hop(.city, study, network).safe == 1)
    }
}
