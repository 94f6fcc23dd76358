import Routing
import Testing
import Vocabulary

@Suite("Routing by hour, readers and backlog")
struct BacklogTests {
    static let text = """
        rules:
          - name: nobody there
            when: {priority: [stat, urgent], uncovered: true}
            then: {forward: jieyang}
          - name: too much
            when: {modality: [CT, MR], backlog: {above: 90, below: 60}}
            then: {forward: [huilai, jieyang], recallAfter: 30}
          - name: nights
            when: {time: "22:00-06:00", weekdays: [sat, sun]}
            then: {forward: jieyang}
          - name: rest
            then: {read: here}
        """
    let rules: RoutingRules
    let huilai = NodeName(rawValue: "huilai")!
    let topology: RoutingTopology
    /// A Wednesday, noon in China.
    let noon = Timestamp(milliseconds: 1_795_579_200_000 - 8 * 3_600_000 + 12 * 3_600_000)

    init() throws {
        rules = try RoutingRules(yaml: Self.text, file: "rules.yaml")
        topology = RoutingTopology(node: puning, canReadHere: true, parents: [jieyang, huilai])
        try rules.validate(in: topology)
    }

    private func facts(_ modality: String = "CT", priority: Priority = .routine) -> StudyFacts {
        var facts = StudyFacts(modalities: [modality], institution: "paotai", origin: paotai, priority: priority)
        facts.time = noon
        facts.isUncovered = false
        return facts
    }

    @Test("a rule about the backlog begins above one threshold and ends below the other")
    func hysteresis() {
        var opened: Set<String> = []
        var seen: [Bool] = []
        for minutes in [50, 89, 90, 91, 75, 60, 59.9, 80, 90, 90.1] {
            opened = rules.opened(after: opened, at: minutes)
            seen.append(!opened.isEmpty)
        }
        #expect(seen == [false, false, false, true, true, true, false, false, false, true])
        #expect(rules.opened(after: ["too much"], at: nil).isEmpty)
    }

    @Test("an overloaded node passes on what the rule names, to the first that has more time than itself")
    func destinations() {
        var ct = facts()
        ct.minutesPerReader = 100
        #expect(rules.decide(ct, in: topology).ruleName == "rest")
        #expect(rules.decide(ct, in: topology, opened: ["too much"]).nextHop == huilai)
        ct.loads = [huilai: 120]
        #expect(rules.decide(ct, in: topology, opened: ["too much"]).nextHop == jieyang)
        ct.unreachable = [jieyang]
        #expect(rules.decide(ct, in: topology, opened: ["too much"]).ruleName == "rest")
        ct.loads = nil
        ct.cameFrom = huilai
        ct.unreachable = nil
        #expect(rules.decide(ct, in: topology, opened: ["too much"]).nextHop == jieyang)
        #expect(rules.decide(facts("DX"), in: topology, opened: ["too much"]).ruleName == "rest")
    }

    @Test("urgent work that nobody on duty may read goes at once; hours and days of the week count on the wall")
    func uncoveredAndHours() {
        var urgent = facts("DX", priority: .urgent)
        #expect(rules.decide(urgent, in: topology).ruleName == "rest")
        urgent.isUncovered = true
        #expect(rules.decide(urgent, in: topology).ruleName == "nobody there")
        urgent.isUncovered = nil
        #expect(rules.decide(urgent, in: topology).ruleName == "rest")

        var late = facts("US")
        let day: Int64 = 86_400_000
        // Saturday 23:00.
        late.time = Timestamp(milliseconds: noon.milliseconds + 3 * day + 11 * 3_600_000)
        #expect(rules.decide(late, in: topology).ruleName == "nights")
        late.time = Timestamp(milliseconds: noon.milliseconds + 3 * day)
        #expect(rules.decide(late, in: topology).ruleName == "rest")
        late.time = nil
        #expect(rules.decide(late, in: topology).ruleName == "rest")
    }

    private func plan(
        _ modalities: [String], minutes: Double, readers: Int?, opened: Set<String> = []
    ) -> OverflowPlan<Int> {
        OverflowPlan(
            rules, in: topology,
            candidates: modalities.enumerated().map { .init(id: $0.offset, facts: facts($0.element), minutes: 10) },
            minutes: minutes, readers: readers, opened: opened)
    }

    @Test("only as much is passed on as brings the backlog below the lower threshold")
    func planning() {
        // 200 minutes for two readers are 100 each: passed on until 60 are no longer reached, that is nine studies.
        let plan = plan(Array(repeating: "CT", count: 20), minutes: 200, readers: 2)
        #expect(plan.moves.map(\.id) == Array(0..<9))
        #expect(plan.minutes == 110 && plan.opened.isEmpty)
        #expect(plan.moves.allSatisfy { $0.decision.nextHop == huilai })
        #expect(plan.moves.first?.facts.minutesPerReader == 100 && plan.moves.last?.facts.minutesPerReader == 60)
    }

    @Test("below the upper threshold nothing is passed on, unless it was exceeded before; without a roster never")
    func planningBetween() {
        #expect(plan(["CT", "CT"], minutes: 170, readers: 2).moves.isEmpty)
        let still = plan(["CT", "DX", "CT"], minutes: 130, readers: 2, opened: ["too much"])
        #expect(still.moves.map(\.id) == [0, 2] && still.opened.isEmpty)
        let more = plan(["CT"], minutes: 170, readers: 2, opened: ["too much"])
        #expect(more.moves.count == 1 && more.opened == ["too much"])
        #expect(plan(["CT", "CT"], minutes: 9000, readers: nil, opened: ["too much"]).moves.isEmpty)
        // Nobody is there: all that the rule names goes, what it does not name stays.
        #expect(plan(["CT", "DX", "MR"], minutes: 30, readers: 0).moves.map(\.id) == [0, 2])
    }

    @Test("each condition says what it asked and found, and agrees with the decision")
    func explanation() throws {
        for opened in [[], ["too much"]] as [Set<String>] {
            for modality in ["CT", "DX"] {
                for isUncovered in [true, false, nil] {
                    var facts = facts(modality, priority: .urgent)
                    facts.isUncovered = isUncovered
                    facts.minutesPerReader = 95
                    for check in rules.check(facts, in: topology, opened: opened) {
                        #expect(
                            check.holds
                                == check.rule.conditions.hold(for: facts, isOpen: opened.contains(check.rule.name)))
                    }
                }
            }
        }
        var facts = facts()
        facts.minutesPerReader = 95
        let check = try #require(rules.check(facts, in: topology, opened: ["too much"])[safe: 1])
        #expect(check.decided && check.conditions.map(\.found) == ["CT", "95 min"])
        #expect(
            check.rule.sentence.chinese
                == "当设备类型为 CT、MR，且人均积压超过 90 分钟（降到 60 分钟以下才停止）时，转发至 huilai，其次 jieyang；不再积压且对方 30 分钟内无人领取则召回")
        #expect(rules.rules[3].sentence.english == "Every study: read here")
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
