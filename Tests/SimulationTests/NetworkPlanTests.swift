import Foundation
import Routing
import Simulation
import Testing
import Vocabulary

@Suite("Networks in YAML")
struct NetworkPlanTests {
    private static let head = """
        name: 试验
        tiers: [edge, county, city]
        mixes:
          - name: all
            parts:
              - {share: 1, modality: CT}
        """

    private func plan(_ nodes: String, rules: String = "") throws -> NetworkPlan {
        try NetworkPlan(yaml: Self.head + "\nnodes:\n" + nodes, file: "n.yaml") { _ in rules }
    }

    @Test("a group of nodes is written once, and spread over the group above")
    func groups() throws {
        let plan = try plan(
            """
              - {name: city, tier: city, shifts: [{from: "00:00", to: "24:00", readers: 2}]}
              - name: county
                count: 2
                tier: county
                parent: city
                shifts: [{from: "08:00", to: "18:00", readers: 1}]
                rules: county.yaml
              - {name: town, count: 5, tier: edge, parent: county, arrivals: {perDay: 3, mix: all}}
            """,
            rules: """
                rules:
                  - name: help
                    when: {backlog: {above: 60, below: 30}}
                    then: {forward: [sister, parent]}
                """)
        #expect(plan.nodes.count == 8)
        let parents = plan.nodes.filter { $0.tier == "edge" }.compactMap(\.parent?.rawValue)
        #expect(parents == ["county-1", "county-2", "county-1", "county-2", "county-1"])
        let county = try #require(plan.nodes.first { $0.name.rawValue == "county-2" })
        #expect(
            county.rules.rules.first?.consequence
                == .forward([NodeName(rawValue: "county-1")!, NodeName(rawValue: "city")!]))
        let result = Simulator(plan, days: 10, seed: 1).run()
        #expect(result.read == result.acquired && result.read > 100)
        #expect(result.turnaround.csv.hasPrefix("检查 studies,studies,"))
        let page = SimulationPage.html([("with", result)], plan: plan.name)
        #expect(page.contains("<svg") && page.contains("试验") && !page.contains("<script"))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var what: String
        var nodes: String
        var place: String
        var mentions: String
        var testDescription: String { what }
    }

    static let mistakes = [
        Mistake(
            what: "an unknown tier", nodes: "  - {name: a, tier: town}", place: "n.yaml:8:", mentions: "edge, county"),
        Mistake(
            what: "an unknown parent", nodes: "  - {name: a, tier: city, parent: b}", place: "n.yaml:8:",
            mentions: "'b'"),
        Mistake(
            what: "an unknown mix", nodes: "  - {name: a, tier: city, arrivals: {perDay: 1, mix: none}}",
            place: "n.yaml:8:", mentions: "'none'"),
        Mistake(
            what: "no arrivals a day", nodes: "  - {name: a, tier: city, arrivals: {perDay: 0, mix: all}}",
            place: "n.yaml:8:", mentions: "perDay"),
        Mistake(
            what: "a shift of no length",
            nodes: "  - {name: a, tier: city, shifts: [{from: \"08:00\", to: \"08:00\", readers: 1}]}",
            place: "n.yaml:8:", mentions: "same"),
        Mistake(
            what: "the same name twice", nodes: "  - {name: a, tier: city}\n  - {name: a, tier: city}",
            place: "n.yaml:9:", mentions: "'a'"),
    ]

    @Test("names file, line and column of a mistake", arguments: mistakes)
    func mistake(_ mistake: Mistake) {
        #expect {
            _ = try plan(mistake.nodes)
        } throws: { error in
            let message = String(describing: error)
            return error is SimulationError && message.hasPrefix(mistake.place) && message.contains(mistake.mentions)
        }
    }

    @Test("rules that send studies round in a circle are found before anything runs")
    func circle() {
        #expect {
            _ = try plan(
                """
                  - {name: city, tier: city, shifts: [{from: "00:00", to: "24:00", readers: 2}]}
                  - {name: county, count: 2, tier: county, parent: city, rules: r.yaml, shifts: [{from: "08:00", to: "18:00", readers: 1}]}
                """, rules: "rules:\n  - name: over to you\n    then: {forward: sister}")
        } throws: { error in
            (error as? RoutingError)?.code == .cycle
                && String(describing: error).contains("county-1 → county-2 → county-1")
        }
    }

    @Test("the networks that are shipped are right")
    func shipped() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "deploy/networks")
        for (file, nodes) in [("city-15.yaml", 21), ("province-43.yaml", 44), ("tiers-853.yaml", 853)] {
            let plan = try NetworkPlan(file: folder.appending(path: file).path)
            #expect(plan.nodes.count == nodes)
        }
    }
}
