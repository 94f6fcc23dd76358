import Foundation
import Reading
import Roster
import Routing
import StudyFlow
import Testing
import Vocabulary

/// A county with one reader, and a city above it. A CT study is predicted to take eight minutes.
@Suite("Overflow")
struct OverflowTests {
    static let rules = """
        rules:
          - name: urgent and nobody there
            when: {priority: [stat, urgent], uncovered: true}
            then: {forward: jieyang}
          - name: too much
            when: {backlog: {above: 20, below: 12}}
            then: {forward: jieyang, recallAfter: 30}
          - name: rest
            then: {read: here}
        """

    private func network(readers: [String] = ["li"]) throws -> FlowNetwork {
        try FlowNetwork(
            countyRules: Self.rules,
            workforce: Workforce(
                roster: Roster(
                    readers: [RosterReader(name: "li")],
                    shifts: [Shift(name: "全天", from: 0, to: LinkWindow.minutesPerDay, readers: readers)]),
                accounts: { _ in
                    ["li", reader.user, reviewer.user].map {
                        ReaderAccount(name: $0, displayName: $0, rights: [.write, .verify])
                    }
                }))
    }

    /// In steps within which every link is heard.
    private func run(_ network: FlowNetwork, _ rounds: Int) async throws {
        try await network.run(rounds: rounds, every: .seconds(10))
    }

    private func acquire(_ count: Int, in network: FlowNetwork) throws -> [StudyInstanceUID] {
        try (0..<count).map { _ in
            let study = try PaperStudy(2, in: network.directory)
            for file in study.files { try network[.edge].take(file) }
            return study.study
        }
    }

    private func tasks(_ studies: [StudyInstanceUID], at node: TestNode) async throws -> [ReadingTask?] {
        try await node.flow.database.read { snapshot in
            try studies.map { try node.flow.tasks.currentTask(of: $0, in: snapshot) }
        }
    }

    /// Names of the nodes at which each task can be claimed now.
    private func claimable(_ studies: [StudyInstanceUID], in network: FlowNetwork) async throws -> [Set<NodeName>] {
        var found = studies.map { _ in Set<NodeName>() }
        for (name, node) in network.nodes {
            for (index, task) in try await tasks(studies, at: node).enumerated() {
                guard let task else { continue }
                if case .refused = ReadingTaskStateMachine.transition(from: task.state, on: .claimed) { continue }
                found[index].insert(name)
            }
        }
        return found
    }

    @Test("a county with too much before its reader passes on the newest, only as many as it must, and says why")
    func overflow() async throws {
        let network = try network()
        let studies = try acquire(4, in: network)
        try await run(network, 15)
        let owners = try await claimable(studies, in: network)
        // 32 minutes: two go on before the rest is less than 12 … 16 → one more.
        #expect(owners.filter { $0 == [.city] }.count == 3)
        #expect(owners.filter { $0 == [.county] }.count == 1)

        let county = network[.county].flow
        let (records, standings, load) = try await county.database.read { snapshot in
            (
                try county.routing.newest(limit: 50, in: snapshot), try county.routing.standings(in: snapshot),
                try county.routing.loads(since: Timestamp(milliseconds: 0), in: snapshot)
            )
        }
        let moved = records.filter { $0.occasion == .overflow || $0.decision.ruleName == "too much" }
        #expect(moved.count == 3)
        for record in moved {
            #expect(record.decision.basis == .rule(name: "too much", line: 5))
            #expect((record.facts?.minutesPerReader ?? 0) >= 12 && record.facts?.workType != nil)
        }
        #expect(standings.map(\.rule) == ["too much"] && standings.allSatisfy { !$0.isOpen })
        #expect(load.first { $0.node == .county }?.readersOnDuty == 1)
        // The township sees it too, by the heartbeats.
        let edge = network[.edge].flow
        #expect(
            try await edge.database.read { try edge.routing.loads(since: Timestamp(milliseconds: 0), in: $0) }
                .contains { $0.node == .county })
    }

    @Test("urgent work goes up at once when nobody on duty may read it; routine work stays while there is little")
    func uncovered() async throws {
        let network = try network(readers: [])
        let (urgent, routine) = (try acquire(1, in: network)[0], try acquire(1, in: network)[0])
        let edge = network[.edge].flow
        try await StudyDesk(edge).setPriority(.urgent, of: urgent, by: radiographer)
        try await run(network, 15)
        // Nobody is there at all: what waits has no end, so that the second rule takes the routine study as well.
        #expect(try await claimable([urgent, routine], in: network) == [[.city], [.city]])
        let county = network[.county].flow
        let decided = try await county.database.read { try county.routing.decisions(about: urgent, in: $0) }
        #expect(
            decided.last?.decision.ruleName == "urgent and nobody there" && decided.last?.facts?.isUncovered == true)
    }

    private func overflowed(in network: FlowNetwork) async throws -> (StudyInstanceUID, ReadingTask) {
        let studies = try acquire(4, in: network)
        try await run(network, 15)
        let passed = try #require(
            try await tasks(studies, at: network[.county]).compactMap { $0 }.first {
                $0.state == .forwarded
            })
        return (passed.study, passed)
    }

    @Test("what nobody above has begun is asked back, read here, and not passed on again")
    func recall() async throws {
        let network = try network()
        let (study, task) = try await overflowed(in: network)
        _ = try await RoutingDesk(network[.county].flow).askBack(task.id, reason: "患者在等", by: reader)
        #expect(try await claimable([study], in: network) == [[.city]])
        try await network.exchange(.county, .city)
        #expect(try await claimable([study], in: network) == [[.county]])
        try await run(network, 6)
        #expect(try await claimable([study], in: network) == [[.county]])
        let journey = try await network[.county].journey(study)
        #expect(journey.passage?.decision?.basis == .returned)
        _ = try await ReadingDesk(network[.county].flow).claim(task.id, by: reader)
    }

    @Test("what somebody above reads is not given back, and the county hears so")
    func recallRefused() async throws {
        let network = try network()
        let (study, task) = try await overflowed(in: network)
        _ = try await ReadingDesk(network[.city].flow).claim(task.id, by: reader)
        // The county has not heard of the claim yet.
        _ = try await RoutingDesk(network[.county].flow).askBack(task.id, reason: "患者在等", by: reviewer)
        try await run(network, 4)
        #expect(try await claimable([study], in: network) == [[.city]])
        let county = network[.county].flow
        let recall = try await county.database.read { try county.routing.recall(of: task.id, in: $0) }
        #expect(recall?.isReturned == false)
        await #expect(throws: ReadingError.self) {
            _ = try await RoutingDesk(county).askBack(task.id, reason: "再问", by: reviewer)
        }
    }

    @Test("an offer that never came is withdrawn by an answer only: until then nobody can claim the task")
    func brokenLine() async throws {
        let network = try network()
        let studies = try acquire(4, in: network)
        for _ in 0..<4 {
            network.clock.advance(by: .seconds(30))
            for node in network.nodes.values { try await node.work() }
            try await network.exchange(.edge, .county)
            try await network.deliver(from: .edge, to: .county)
        }
        let offered = try #require(
            try await tasks(studies, at: network[.county]).compactMap { $0 }.first {
                $0.state == .offered
            })
        _ = try await RoutingDesk(network[.county].flow).askBack(offered.id, reason: "线路中断", by: reader)
        #expect(try await claimable([offered.study], in: network) == [[]])
        try await network.exchange(.county, .city)
        #expect(try await claimable([offered.study], in: network) == [[.county]])
        try await run(network, 6)
        #expect(try await claimable([offered.study], in: network) == [[.county]])
    }

    @Test("what lay above too long comes back by itself once there is time for it here")
    func recallByItself() async throws {
        let network = try network()
        let (study, _) = try await overflowed(in: network)
        for _ in 0..<5 {
            network.clock.advance(by: .seconds(600))
            try await run(network, 4)
        }
        #expect(try await claimable([study], in: network) == [[.county]])
    }
}
