// The rules of one node, and what they decide.

import Vocabulary

/// An ordered list: the first rule whose conditions hold decides. Before all of them stands the destination that the
/// order wants, where it can be had; behind them the nearest node that reads. Pure: no clock, no database.
package struct RoutingRules: Hashable, Sendable {
    package var rules: [RoutingRule]

    /// Without rules every study that no order directs is read at the nearest node with the reading role, and marked.
    package init(rules: [RoutingRule] = []) { self.rules = rules }

    /// - Parameter opened: names of the rules whose backlog thresholds hold (`opened(after:at:)`).
    package func decide(
        _ facts: StudyFacts, in topology: RoutingTopology, opened: Set<String> = []
    ) -> RouteDecision {
        if let decision = wantedDestination(facts, in: topology) { return decision }
        if let first = first(for: facts, in: topology, opened: opened) {
            return Self.decision(first.action, by: rules[first.index], in: topology)
        }
        return Self.withoutRule(facts, in: topology)
    }

    /// The first rule that holds and can be followed: `decide` without its words, for whoever asks very often.
    package func first(
        for facts: StudyFacts, in topology: RoutingTopology, opened: Set<String> = []
    ) -> (index: Int, action: RouteDecision.Action)? {
        for index in rules.indices {
            let conditions = rules[index].conditions
            let isOpen = conditions.backlog != nil && opened.contains(rules[index].name)
            guard conditions.hold(for: facts, isOpen: isOpen) else { continue }
            if let action = action(of: rules[index], for: facts, in: topology) { return (index, action) }
        }
        return nil
    }

    /// Which rules about the backlog hold now.
    ///
    /// - Parameters:
    ///   - before: those that held until now.
    ///   - minutes: predicted for each reader on duty; `nil` where that is not known.
    package func opened(after before: Set<String>, at minutes: Double?) -> Set<String> {
        var opened: Set<String> = []
        for rule in rules {
            guard let thresholds = rule.conditions.backlog else { continue }
            if thresholds.isOpen(after: before.contains(rule.name), at: minutes) { opened.insert(rule.name) }
        }
        return opened
    }

    package func rule(named name: String) -> RoutingRule? { rules.first { $0.name == name } }

    /// Some rule's outcome may change while a study waits.
    package var isDynamic: Bool { rules.contains(where: \.isDynamic) }

    private func wantedDestination(_ facts: StudyFacts, in topology: RoutingTopology) -> RouteDecision? {
        guard let wanted = facts.wantedDestination else { return nil }
        if wanted == topology.node, topology.canReadHere {
            return RouteDecision(
                action: .readHere, basis: .wantedDestination,
                explanation: Explanation(
                    chinese: "诊断申请指定由本节点 \(wanted) 阅片", english: "The order asks for reading here, at \(wanted)"))
        }
        guard let parent = topology.parent(towards: wanted) else { return nil }
        return RouteDecision(
            action: .forward(destination: wanted, parent: parent), basis: .wantedDestination,
            explanation: Explanation(
                chinese: "诊断申请指定由 \(wanted) 阅片" + (wanted == parent ? "" : "，经 \(parent) 转发"),
                english: "The order asks for reading at \(wanted)" + (wanted == parent ? "" : ", by way of \(parent)")))
    }

    /// `nil` where the rule can't be followed, so that the next one has its turn: the topology changed since `validate`,
    /// or nobody named can help.
    private func action(
        of rule: RoutingRule, for facts: StudyFacts, in topology: RoutingTopology
    ) -> RouteDecision.Action? {
        switch rule.consequence {
        case .readHere: return topology.canReadHere ? .readHere : nil
        case .forward(let destinations):
            for destination in destinations {
                guard destination != facts.cameFrom, destination != facts.origin,
                    let parent = topology.parent(towards: destination)
                else { continue }
                // A study that could be read here is not passed on into the dark, nor to somebody who has even less time.
                if rule.isDynamic, topology.canReadHere {
                    if facts.unreachable?.contains(parent) == true { continue }
                    if rule.conditions.backlog != nil, let theirs = facts.loads?[destination],
                        let ours = facts.minutesPerReader, theirs >= ours
                    {
                        continue
                    }
                }
                return .forward(destination: destination, parent: parent)
            }
            return nil
        }
    }

    private static func decision(
        _ action: RouteDecision.Action, by rule: RoutingRule, in topology: RoutingTopology
    ) -> RouteDecision {
        let line = rule.location.line
        let explanation =
            switch action {
            case .forward(let destination, _):
                Explanation(
                    chinese: "规则“\(rule.name)”（第 \(line) 行）：转发至 \(destination)",
                    english: "Rule '\(rule.name)' (line \(line)): forward to \(destination)")
            case .readHere, .keep:
                Explanation(
                    chinese: "规则“\(rule.name)”（第 \(line) 行）：由本节点 \(topology.node) 阅片",
                    english: "Rule '\(rule.name)' (line \(line)): read here, at \(topology.node)")
            }
        return RouteDecision(action: action, basis: .rule(name: rule.name, line: line), explanation: explanation)
    }

    private static func withoutRule(_ facts: StudyFacts, in topology: RoutingTopology) -> RouteDecision {
        let (action, chinese, english): (RouteDecision.Action, String, String) =
            if topology.canReadHere {
                (.readHere, "由本节点 \(topology.node) 阅片", "read here, at \(topology.node)")
            } else if let parent = topology.parents.first {
                (
                    .forward(destination: parent, parent: parent), "转发至最近的上级节点 \(parent)",
                    "forwarded to \(parent), the nearest node above"
                )
            } else {
                (
                    .keep, "本节点不能阅片，也没有上级节点，影像仅保存",
                    "kept without reading: this node has no reading role and no parent"
                )
            }
        let unreachable = facts.wantedDestination.map { wanted in
            Explanation(
                chinese: "申请指定的 \(wanted) 不可达；", english: "\(wanted), which the order wants, can't be reached; ")
        }
        return RouteDecision(
            action: action, basis: .noRule,
            explanation: Explanation(
                chinese: (unreachable?.chinese ?? "") + "没有匹配的规则：" + chinese,
                english: (unreachable?.english ?? "") + "No rule matched: " + english))
    }
}
