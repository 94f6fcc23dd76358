import Audit
import CriticalResults
import Foundation
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Critical results between nodes")
struct CriticalResultFlowTests {
    /// A study of the township, claimed at the city.
    private func claimed(_ network: FlowNetwork) async throws -> (StudyInstanceUID, TaskID) {
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.run()
        let task = try #require(try await network[.city].journey(paper.study).task)
        _ = try await ReadingDesk(network[.city].flow).claim(task.id, by: reader)
        return (paper.study, task.id)
    }

    private func only(_ network: FlowNetwork, _ node: NodeName) async throws -> CriticalResultEntry {
        let entries = try await CriticalResultViews(network[node].flow).list(limit: 10, offset: 0)
        #expect(entries.count == 1)
        return try #require(entries.first)
    }

    @Test("a mark goes down to the hospital, the answer comes up, and the reader sees each step")
    func downAndUp() async throws {
        let network = try FlowNetwork()
        let (study, task) = try await claimed(network)
        let desk = CriticalResultDesk(network[.city].flow)
        _ = try await desk.mark("perforation", note: "膈下游离气体", of: task, by: reader)
        #expect(try await only(network, .city).isForThisNode == false)

        try await network.exchange(.county, .city)
        #expect(try await only(network, .county).isForThisNode)
        #expect(try await only(network, .city).result.arrivals.map(\.node) == [.county])
        try await network.exchange(.edge, .county)
        try await network.exchange(.county, .city)
        #expect(try await only(network, .city).result.arrivals.map(\.node) == [.edge, .county])

        network.clock.advance(by: .seconds(90))
        let edge = try await only(network, .edge)
        _ = try await CriticalResultDesk(network[.edge].flow).acknowledge(
            edge.result.id, told: "", wasReadBack: false, by: radiographer)
        try await network.exchange(.edge, .county)
        try await network.exchange(.county, .city)
        for node in [NodeName.county, .city] {
            let said = try #require(try await only(network, node).result.acknowledgements.first)
            #expect(said.name == radiographer.displayName)
            #expect(said.sinceArrival == 90_000)
            #expect(try await CriticalResultViews(network[node].flow).open().isEmpty)
        }
        for node in [NodeName.edge, .county, .city] {
            let actions = try await network[node].flow.database.read {
                try AuditTrail().events(AuditTrail.Query(study: study), in: $0).map(\.event.action)
            }
            #expect(actions.contains(.criticalResult))
            #expect(actions.contains(.criticalResultArrived))
            #expect(actions.contains(.criticalResultAcknowledged))
        }
        // Nothing is left to say: what goes round would go round for ever.
        for node in [NodeName.edge, .county, .city] {
            let flow = network[node].flow
            for peer in flow.node.parents + flow.node.children {
                try await network.run(rounds: 1)
                #expect(try await !network[node].link.hasPending(for: peer, after: nil))
            }
        }
    }

    @Test("with the line cut it waits, arrives when the line is back, and grows louder at both ends meanwhile")
    func lineCut() async throws {
        let network = try FlowNetwork()
        let (_, task) = try await claimed(network)
        _ = try await CriticalResultDesk(network[.city].flow).mark("aortic-dissection", note: "", of: task, by: reader)
        try await network.exchange(.county, .city)
        network.clock.advance(by: .seconds(11 * 60))
        let watch = CriticalResultWatch(network[.city].flow)
        #expect(try await watch.escalateDue() == 1)
        #expect(try await watch.escalateDue() == 0)
        #expect(try await only(network, .city).level == 2)
        // The county has not heard of the step; its own clock says as much.
        #expect(try await only(network, .county).result.level == 0)
        #expect(try await only(network, .county).level == 2)
        #expect(try await only(network, .county).asksToCall)
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        let edge = try await only(network, .edge)
        #expect(edge.result.level == 2)
        #expect(edge.level == 2)
        #expect(edge.known.openFor(at: network.clock.now) == .zero)
    }

    @Test("clocks ten minutes apart change no interval")
    func skew() async throws {
        let network = try FlowNetwork(skew: [.edge: .seconds(-600), .county: .seconds(600)])
        let (_, task) = try await claimed(network)
        _ = try await CriticalResultDesk(network[.city].flow).mark("perforation", note: "", of: task, by: reader)
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        for node in [NodeName.edge, .county, .city] { #expect(try await only(network, node).level == 0) }
        network.clock.advance(by: .seconds(120))
        let id = try await only(network, .edge).result.id
        _ = try await CriticalResultDesk(network[.edge].flow).acknowledge(
            id, told: "林医生", wasReadBack: true, by: radiographer)
        try await network.exchange(.edge, .county)
        try await network.exchange(.county, .city)
        let told = try await only(network, .city)
        #expect(told.result.acknowledgements.first?.sinceArrival == 120_000)
        #expect(told.known.openFor(at: network.clock.now) == .seconds(120))
    }

    @Test(
        "the county answers by telephone for the township; a withdrawal reaches everybody; other nodes may not withdraw"
    )
    func telephoneAndWithdrawal() async throws {
        let network = try FlowNetwork()
        let (_, task) = try await claimed(network)
        let marked = try await CriticalResultDesk(network[.city].flow).mark(
            "other", note: "腹主动脉旁血肿", of: task, by: reader)
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        let county = CriticalResultDesk(network[.county].flow)
        await #expect(throws: CriticalResultError(code: .toldMissing, message: "")) {
            _ = try await county.acknowledge(marked.result.id, told: "", wasReadBack: false, by: reviewer)
        }
        await #expect(throws: CriticalResultError(code: .markedElsewhere, message: "")) {
            _ = try await county.withdraw(marked.result.id, reason: "x", by: reviewer)
        }
        _ = try await county.acknowledge(marked.result.id, told: "炮台 陈医生", wasReadBack: true, by: reviewer)
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        for node in [NodeName.edge, .city] {
            #expect(try await only(network, node).result.acknowledgements.map(\.told) == ["炮台 陈医生"])
        }
        _ = try await CriticalResultDesk(network[.city].flow).withdraw(marked.result.id, reason: "层面伪影", by: reader)
        try await network.exchange(.county, .city)
        try await network.exchange(.edge, .county)
        #expect(try await only(network, .edge).result.withdrawal?.reason == "层面伪影")
        await #expect(throws: CriticalResultError(code: .withdrawn, message: "")) {
            _ = try await CriticalResultDesk(network[.edge].flow).acknowledge(
                marked.result.id, told: "", wasReadBack: false, by: radiographer)
        }
    }

    @Test("what is not read here, not on the list or says nothing is refused")
    func refusals() async throws {
        let network = try FlowNetwork()
        let (study, task) = try await claimed(network)
        let city = CriticalResultDesk(network[.city].flow)
        await #expect(throws: CriticalResultError(code: .unknownFinding, message: "")) {
            _ = try await city.mark("nothing", note: "", of: task, by: reader)
        }
        await #expect(throws: CriticalResultError(code: .noteMissing, message: "")) {
            _ = try await city.mark("other", note: "", of: task, by: reader)
        }
        let here = try #require(try await network[.county].journey(study).task)
        await #expect(throws: CriticalResultError(code: .notReadHere, message: "")) {
            _ = try await CriticalResultDesk(network[.county].flow).mark(
                "perforation", note: "", of: here.id, by: reader)
        }
        #expect(try await CriticalResultViews(network[.city].flow).open().isEmpty)
    }
}
