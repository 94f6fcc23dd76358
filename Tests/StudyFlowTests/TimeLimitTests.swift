import Foundation
import Reading
import Roster
import Routing
import StudyFlow
import Testing
import Vocabulary

/// A county whose roster leaves a plain film lying for its two hours, and a city above it that reads.
@Suite("Time limits and the parent")
struct TimeLimitTests {
    static let li = Person(user: "li", displayName: "李医生")

    private func network(
        hasRoster: Bool = true, readers: [String] = ["li"], atLimit: AssignmentPolicy.AtLimit = .parent,
        rules: String = FlowNetwork.readHere, adjust: (inout LocalNode) -> Void = { _ in }
    ) throws -> FlowNetwork {
        let roster = Roster(
            readers: [RosterReader(name: "li")],
            shifts: [Shift(name: "全天", from: 0, to: LinkWindow.minutesPerDay, readers: readers)])
        return try FlowNetwork(
            countyRules: rules,
            workforce: Workforce(
                roster: hasRoster ? roster : nil, policy: AssignmentPolicy(atLimit: atLimit),
                accounts: { _ in
                    ["li", reader.user, reviewer.user].map {
                        ReaderAccount(name: $0, displayName: $0, rights: [.write, .verify])
                    }
                }), adjust: adjust)
    }

    /// In steps within which every link is heard; at no step two nodes may claim the task.
    private func run(_ network: FlowNetwork, _ rounds: Int, watching study: StudyInstanceUID) async throws {
        for _ in 0..<rounds {
            try await network.run(rounds: 1, every: .seconds(10))
            #expect(try await claimable(study, in: network).count <= 1)
        }
    }

    private func claimable(_ study: StudyInstanceUID, in network: FlowNetwork) async throws -> Set<NodeName> {
        var found: Set<NodeName> = []
        for (name, node) in network.nodes {
            guard let task = try await task(study, at: node) else { continue }
            if case .refused = ReadingTaskStateMachine.transition(from: task.state, on: .claimed) { continue }
            found.insert(name)
        }
        return found
    }

    private func task(_ study: StudyInstanceUID, at node: TestNode) async throws -> ReadingTask? {
        try await node.flow.database.read { try node.flow.tasks.currentTask(of: study, in: $0) }
    }

    /// A film that is ready at `node`, a minute before its limit.
    private func late(
        _ network: FlowNetwork, at node: NodeName = .county
    ) async throws -> (study: StudyInstanceUID, task: TaskID) {
        let paper = try PaperStudy(2, in: network.directory, modality: "DX", bodyPart: "CHEST")
        for file in paper.files { try network[.edge].take(file) }
        try await run(network, 15, watching: paper.study)
        let task = try #require(try await task(paper.study, at: network[node]))
        let plan = try #require(task.plan)
        #expect(task.state == .ready && plan.workType.rawValue == "routine-dr")
        network.clock.advance(by: (plan.dueAt - .seconds(90)).elapsed(since: network.clock.now))
        try await run(network, 3, watching: paper.study)
        #expect(try await claimable(paper.study, in: network) == [node])
        return (paper.study, task.id)
    }

    @Test("what nobody claimed within its limit is offered to the parent once, and the clock is named as the reason")
    func offered() async throws {
        let network = try network()
        let (study, id) = try await late(network)
        let county = network[.county].flow
        let before = try #require(try await RoutingViews(county).explain(study)?.limit)
        #expect(before.english.hasPrefix("The parent is asked to read it unless"))
        #expect(before.english.contains(/by \d{4}-\d\d-\d\d \d\d:\d\d$/), "by the clock on the wall")
        try await run(network, 12, watching: study)

        #expect(try await claimable(study, in: network) == [.city])
        let explanation = try #require(try await RoutingViews(county).explain(study))
        let last = try #require(explanation.records.last)
        #expect(last.occasion == .limit && last.decision.basis == .timeLimit)
        #expect(last.decision.nextHop == .city && last.facts?.workType?.rawValue == "routine-dr")
        #expect(explanation.limit?.english.contains("jieyang was asked") == true)
        let kept = try #require(try await task(study, at: network[.county]))
        #expect(kept.parentAskedAt != nil && kept.remoteDueAt != nil)
        // The clock runs on: it came to the city late.
        let above = try #require(try await task(study, at: network[.city]))
        #expect(try #require(above.plan).dueAt < network.clock.now)
        _ = try await ReadingDesk(network[.city].flow).claim(id, by: Self.li)
        try await run(network, 3, watching: study)
        #expect(try await task(study, at: network[.county])?.remoteState == .claimed)
    }

    @Test("what somebody reads is not offered, however late")
    func claimed() async throws {
        let network = try network(adjust: { $0.lease = .seconds(3600) })
        let (study, id) = try await late(network)
        _ = try await ReadingDesk(network[.county].flow).claim(id, by: Self.li)
        try await run(network, 12, watching: study)
        #expect(try await task(study, at: network[.county])?.state == .claimed)
        // Given up, it goes.
        _ = try await ReadingDesk(network[.county].flow).unclaim(id, by: Self.li)
        try await run(network, 6, watching: study)
        #expect(try await claimable(study, in: network) == [.city])
    }

    @Test(
        "without a roster, or where the node is told to keep it, it stays",
        arguments: [(false, AssignmentPolicy.AtLimit.parent), (true, .stay)])
    func stays(hasRoster: Bool, atLimit: AssignmentPolicy.AtLimit) async throws {
        let network = try network(hasRoster: hasRoster, atLimit: atLimit)
        let (study, _) = try await late(network)
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
        let limit = try #require(try await RoutingViews(network[.county].flow).explain(study)?.limit)
        #expect(limit.english.contains("but this node"))
    }

    @Test("a parent that does not read is not asked, nor one that is not heard; once it is heard again it is asked")
    func unreachable() async throws {
        let deaf = try network(adjust: { if $0.name == .city { $0.hasReadingRole = false } })
        let (kept, _) = try await late(deaf)
        try await run(deaf, 12, watching: kept)
        #expect(try await claimable(kept, in: deaf) == [.county])

        let network = try network()
        let (study, _) = try await late(network)
        for _ in 0..<12 {
            network.clock.advance(by: .seconds(30))
            try await network[.county].work()
        }
        #expect(try await claimable(study, in: network) == [.county])
        #expect(
            try await RoutingViews(network[.county].flow).explain(study)?.limit?.english.contains(
                "no parent that reads is reached") == true)
        try await run(network, 8, watching: study)
        #expect(try await claimable(study, in: network) == [.city])
    }

    @Test("what nobody above begins is asked back by itself, read here, and not offered again")
    func recalled() async throws {
        let network = try network()
        let (study, id) = try await late(network)
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.city])
        network.clock.advance(by: .seconds(1800))
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
        #expect(try await network[.county].journey(study).passage?.decision?.basis == .returned)
        network.clock.advance(by: .seconds(7200))
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
        _ = try await ReadingDesk(network[.county].flow).claim(id, by: Self.li)
    }

    @Test("a person may ask it back sooner")
    func askedBack() async throws {
        let network = try network(readers: [])
        let (study, id) = try await late(network)
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.city])
        _ = try await RoutingDesk(network[.county].flow).askBack(id, reason: "医生到岗", by: Self.li)
        try await run(network, 4, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
    }

    @Test("what comes late from below is first seen by the readers of each node on its way up")
    func climbs() async throws {
        let network = try network(
            readers: [],
            adjust: { node in
                guard node.name == .edge else { return }
                (node.tier, node.hasReadingRole) = (.county, true)
            })
        let (study, _) = try await late(network, at: .edge)
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
        // A quarter of two hours.
        network.clock.advance(by: .seconds(1500))
        try await run(network, 6, watching: study)
        #expect(try await claimable(study, in: network) == [.county])
        network.clock.advance(by: .seconds(300))
        try await run(network, 12, watching: study)
        #expect(try await claimable(study, in: network) == [.city])
        // Each node below knows where it is.
        #expect(try await task(study, at: network[.edge])?.owner == .city)
    }
}
