import Foundation
import Reading
import Relay
import StudyFlow
import TestSupport
import Testing
import Vocabulary

@Suite("Priority")
struct PriorityTests {
    private func priorities(_ node: TestNode, _ study: StudyInstanceUID) async throws -> Set<Priority> {
        try await node.flow.database.read { [deliveries = node.flow.deliveries] in
            Set(try deliveries.list(DeliveryFilter(study: study), in: $0).deliveries.map(\.priority))
        }
    }

    private func passage(_ node: TestNode, _ study: StudyInstanceUID) async throws -> Priority? {
        try await node.flow.database.read { [passages = node.flow.passages] in
            try passages.passage(of: study, in: $0)?.priority
        }
    }

    @Test("raised at the edge acts on what is queued at every hop, and on the reading task")
    func everyHop() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(5, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        try await network.exchange(.edge, .county)
        try await network.deliver(from: .edge, to: .county)
        #expect(try await priorities(network[.county], paper.study) == [.routine])

        try await StudyDesk(network[.edge].flow).setPriority(.stat, of: paper.study, by: radiographer)
        try await network.exchange(.edge, .county)
        #expect(try await priorities(network[.county], paper.study) == [.stat])
        try await network.exchange(.county, .city)
        #expect(try await passage(network[.city], paper.study) == .stat)

        try await network.run()
        #expect(try await network[.city].journey(paper.study).task?.priority == .stat)
        try await StudyDesk(network[.edge].flow).setPriority(.urgent, of: paper.study, by: radiographer)
        try await network.run()
        #expect(try await network[.city].journey(paper.study).task?.priority == .urgent)
        #expect(try await network[.edge].journey(paper.study).task?.priority == .urgent)
    }

    @Test("raised before the announcement was heard, it is not undone by it")
    func overtaking() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(2, in: network.directory)
        for file in paper.files { try network[.edge].take(file) }
        // The announcement waits in the normal lane; the change overtakes it in the urgent one.
        try await StudyDesk(network[.edge].flow).setPriority(.stat, of: paper.study, by: radiographer)
        try await network.exchange(.edge, .county)
        #expect(try await passage(network[.county], paper.study) == .stat)
        try await network.run()
        #expect(try await passage(network[.city], paper.study) == .stat)
        #expect(try await network[.city].journey(paper.study).hops.allSatisfy { $0.safe == 2 })
    }

    @Test("an order's priority reaches what the county has queued already")
    func order() async throws {
        let network = try FlowNetwork()
        let paper = try PaperStudy(3, in: network.directory, accession: "A7")
        for file in paper.files { try network[.edge].take(file) }
        try await network.exchange(.edge, .county)
        try await network.deliver(from: .edge, to: .county)
        #expect(try await priorities(network[.county], paper.study) == [.routine])
        _ = try await OrderDesk(network[.edge].flow).place(
            OrderForm(
                patientID: "0001", accessionNumber: "A7", clinicalQuestion: "气胸？", priority: .stat, hasConsent: true),
            by: radiographer)
        try await network.exchange(.edge, .county)
        #expect(try await priorities(network[.county], paper.study) == [.stat])
    }
}
