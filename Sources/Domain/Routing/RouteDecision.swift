// Where a study is read, and why.

import Vocabulary

/// The outcome of routing one study at one node, in words that its page shows.
package struct RouteDecision: Hashable, Codable, Sendable {
    package enum Action: Hashable, Codable, Sendable {
        case readHere
        /// `parent` is the next hop; it differs from `destination` where that lies further up.
        case forward(destination: NodeName, parent: NodeName)
        /// No reading role here and nobody above: the study is kept, and nobody reads it.
        case keep
    }

    package enum Basis: Hashable, Codable, Sendable {
        case wantedDestination
        case rule(name: String, line: Int)
        case noRule
        /// Sent here for safety, to be read elsewhere.
        case custodyCopy
        /// Nobody here began with it within its time limit.
        case timeLimit
        /// Passed on once, and given back: declined there, asked back from here, or returned by a person.
        case returned
    }

    package var action: Action
    package var basis: Basis
    package var explanation: Explanation

    package init(action: Action, basis: Basis, explanation: Explanation) {
        self.action = action
        self.basis = basis
        self.explanation = explanation
    }

    /// The parent that gets the study; `nil` when it stays here.
    package var nextHop: NodeName? {
        guard case .forward(_, let parent) = action else { return nil }
        return parent
    }

    /// What a task keeps as its rule: the rule's name, `wanted-destination`, `time-limit`, or `nil` where no rule matched.
    package var ruleName: String? {
        switch basis {
        case .wantedDestination: Self.wantedDestinationName
        case .rule(let name, _): name
        case .timeLimit: Self.timeLimitName
        case .noRule, .custodyCopy, .returned: nil
        }
    }

    /// No rule matched; the study is marked so that an operator sees the gap.
    package var isUnrouted: Bool { basis == .noRule }

    /// For a study that a node below reads itself.
    package static let custodyCopy = RouteDecision(
        action: .keep, basis: .custodyCopy,
        explanation: Explanation(
            chinese: "保管副本：由下级节点阅片，本节点仅保存影像", english: "Custody copy: read at the node below, only kept here"))

    /// For a study whose task came back.
    package static func returned(to node: NodeName, reason: String?) -> RouteDecision {
        RouteDecision(
            action: .readHere, basis: .returned,
            explanation: Explanation(
                chinese: "任务已交回，由本节点 \(node) 阅片" + (reason.map { "（\($0)）" } ?? ""),
                english: "Its task came back: read here, at \(node)" + (reason.map { " (\($0))" } ?? "")))
    }

    static let wantedDestinationName = "wanted-destination"
    package static let timeLimitName = "time-limit"

    /// For a study whose time ran out here: the nearest node above that reads, is reached, and has more time than this one.
    ///
    /// - Parameter reading: parents that say that they read.
    /// - Returns: `nil` where there is none, so that it stays.
    package static func pastLimit(
        _ facts: StudyFacts, in topology: RoutingTopology, reading: Set<NodeName>
    ) -> RouteDecision? {
        let parent = topology.parents.first { parent in
            guard reading.contains(parent), parent != facts.cameFrom, parent != facts.origin,
                facts.unreachable?.contains(parent) != true
            else { return false }
            // Not to somebody who has even less time, unless nobody here could read it at all.
            guard facts.isUncovered != true, let theirs = facts.loads?[parent], let ours = facts.minutesPerReader else {
                return true
            }
            return theirs < ours
        }
        guard let parent else { return nil }
        let type = facts.workType.map { "（\($0)）" } ?? ""
        let kind = facts.workType.map { " (\($0))" } ?? ""
        return RouteDecision(
            action: .forward(destination: parent, parent: parent), basis: .timeLimit,
            explanation: Explanation(
                chinese: "时限\(type)已到，本节点 \(topology.node) 无人领取：请上级 \(parent) 阅片",
                english: "Nobody at \(topology.node) began within the time limit\(kind): \(parent) is asked to read it")
        )
    }
}

/// One sentence in two languages.
package struct Explanation: Hashable, Codable, Sendable {
    package var chinese: String
    package var english: String

    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }
}
