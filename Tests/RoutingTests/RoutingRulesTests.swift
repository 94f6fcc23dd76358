import Routing
import Testing
import Vocabulary

let paotai = NodeName(rawValue: "paotai")!
let puning = NodeName(rawValue: "puning")!
let jieyang = NodeName(rawValue: "jieyang")!
let province = NodeName(rawValue: "province")!
let county = RoutingTopology(node: puning, canReadHere: true, parents: [jieyang], reachable: [province: jieyang])
let edge = RoutingTopology(node: paotai, canReadHere: false, parents: [puning], reachable: [jieyang: puning])

@Suite("Routing")
struct RoutingRulesTests {
    static let text = """
        rules:
          - name: emergencies stay
            when:
              priority: stat
            then:
              read: here
          - name: heads to the city
            when: {modality: [mr, CT], bodyPart: head}
            then: {forward: jieyang}
          - name: from paotai
            when:
              institution: [paotai]
              modality: [DX]
            then: {forward: province}
        """

    private func facts(
        _ modality: String, bodyPart: String? = nil, institution: String = "puning", origin: NodeName? = nil,
        priority: Priority = .routine, wanted: NodeName? = nil
    ) -> StudyFacts {
        StudyFacts(
            modalities: ["SR", modality], bodyPart: bodyPart, institution: institution, origin: origin,
            priority: priority, wantedDestination: wanted)
    }

    @Test("the first rule whose conditions all hold decides")
    func firstRule() throws {
        let rules = try RoutingRules(yaml: Self.text, file: "rules.yaml")
        try rules.validate(in: county)

        let stat = rules.decide(facts("CT", bodyPart: "HEAD", priority: .stat), in: county)
        #expect(stat.action == .readHere && stat.ruleName == "emergencies stay" && !stat.isUnrouted)

        let head = rules.decide(facts("CT", bodyPart: "HEAD "), in: county)
        #expect(head.action == .forward(destination: jieyang, parent: jieyang))
        #expect(head.basis == .rule(name: "heads to the city", line: 7) && head.nextHop == jieyang)
        #expect(head.explanation.chinese.contains("heads to the city"))
        #expect(head.explanation.english == "Rule 'heads to the city' (line 7): forward to jieyang")

        let byOrigin = rules.decide(facts("DX", institution: "卫生院", origin: paotai), in: county)
        #expect(byOrigin.action == .forward(destination: province, parent: jieyang))
        #expect(rules.decide(facts("DX", institution: "paotai"), in: county).ruleName == "from paotai")
    }

    @Test("a study that no rule matches is read at the nearest node that can, and marked")
    func noRule() throws {
        let rules = try RoutingRules(yaml: Self.text, file: "rules.yaml")
        let here = rules.decide(facts("US"), in: county)
        #expect(here.action == .readHere && here.isUnrouted && here.ruleName == nil)
        let above = RoutingRules().decide(facts("US"), in: edge)
        #expect(above.action == .forward(destination: puning, parent: puning) && above.isUnrouted)
        let alone = RoutingRules().decide(
            facts("US"), in: RoutingTopology(node: paotai, canReadHere: false, parents: []))
        #expect(alone.action == .keep && alone.isUnrouted && alone.nextHop == nil)
    }

    @Test("the destination an order wants goes before every rule, where it can be had")
    func wantedDestination() throws {
        let rules = try RoutingRules(yaml: Self.text, file: "rules.yaml")
        let up = rules.decide(facts("CT", priority: .stat, wanted: jieyang), in: county)
        #expect(up.action == .forward(destination: jieyang, parent: jieyang))
        #expect(up.ruleName == "wanted-destination" && !up.isUnrouted)
        let here = rules.decide(facts("CT", bodyPart: "HEAD", wanted: puning), in: county)
        #expect(here.action == .readHere && here.basis == .wantedDestination)
        let far = RoutingRules().decide(facts("CT", wanted: jieyang), in: edge)
        #expect(far.action == .forward(destination: jieyang, parent: puning))
        #expect(far.explanation.english.contains("by way of puning"))

        let noRole = RoutingRules().decide(facts("CT", wanted: paotai), in: edge)
        #expect(noRole.nextHop == puning && noRole.isUnrouted)
        let unknown = rules.decide(facts("US", wanted: NodeName(rawValue: "nowhere")!), in: county)
        #expect(unknown.action == .readHere && unknown.isUnrouted)
        #expect(unknown.explanation.english.contains("nowhere"))
    }

    @Test("a rule may ask for the wanted destination, and one without conditions takes everything")
    func otherConditions() throws {
        let rules = try RoutingRules(
            yaml: """
                rules:
                  - name: wanted elsewhere
                    when: {wantedDestination: [shantou]}
                    then: {forward: jieyang}
                  - name: all
                    then: {read: here}
                """, file: "rules.yaml")
        #expect(rules.decide(facts("CT", wanted: NodeName(rawValue: "shantou")!), in: county).nextHop == jieyang)
        #expect(rules.decide(facts("CT"), in: county).ruleName == "all")
    }

    @Test("a rule whose node is no longer there leaves the study to the next")
    func changedTopology() throws {
        let rules = try RoutingRules(yaml: Self.text, file: "rules.yaml")
        let alone = RoutingTopology(node: puning, canReadHere: true, parents: [])
        let decision = rules.decide(facts("CT", bodyPart: "HEAD"), in: alone)
        #expect(decision.action == .readHere && decision.isUnrouted)
    }
}
