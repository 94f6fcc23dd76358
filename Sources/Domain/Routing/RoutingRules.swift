// The rules of one node, and what they decide.

import Vocabulary

/// An ordered list: the first rule whose conditions hold decides. Before all of them stands the destination that the
/// order wants, where it can be had; behind them the nearest node that reads. Pure: no clock, no database.
package struct RoutingRules: Hashable, Sendable {
    package var rules: [RoutingRule]

    /// Without rules every study that no order directs is read at the nearest node with the reading role, and marked.
    package init(rules: [RoutingRule] = []) { self.rules = rules }

    /// Checks what a rule list can't know by itself: that each node it names can be reached from here, and that it
    /// reads here only where somebody can.
    ///
    /// - Throws: `RoutingError.unknownNode`, `.noReadingRole`, with the place in the file.
    package func validate(in topology: RoutingTopology) throws {
        for rule in rules {
            switch rule.consequence {
            case .readHere:
                guard topology.canReadHere else {
                    throw RoutingError(
                        code: .noReadingRole,
                        message:
                            "\(rule.location): rule '\(rule.name)' reads here, but \(topology.node) has no reading "
                            + "role; forward to a parent or give the node the role")
                }
            case .forward(let destination):
                guard topology.parent(towards: destination) != nil else {
                    let known = (topology.parents + topology.reachable.keys.sorted()).map(\.rawValue)
                    throw RoutingError(
                        code: .unknownNode,
                        message: "\(rule.location): rule '\(rule.name)' forwards to '\(destination)', which can't be "
                            + "reached from \(topology.node); "
                            + (known.isEmpty
                                ? "it has no parent" : "these can: \(known.joined(separator: ", "))"))
                }
            }
        }
    }

    package func decide(_ facts: StudyFacts, in topology: RoutingTopology) -> RouteDecision {
        if let decision = wantedDestination(facts, in: topology) { return decision }
        for rule in rules where rule.conditions.hold(for: facts) {
            if let action = action(of: rule, in: topology) { return Self.decision(action, by: rule, in: topology) }
        }
        return Self.withoutRule(facts, in: topology)
    }

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

    /// `nil` where the topology changed since `validate`, so that the next rule has its turn.
    private func action(of rule: RoutingRule, in topology: RoutingTopology) -> RouteDecision.Action? {
        switch rule.consequence {
        case .readHere: topology.canReadHere ? .readHere : nil
        case .forward(let destination):
            topology.parent(towards: destination).map { .forward(destination: destination, parent: $0) }
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
