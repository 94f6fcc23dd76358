// Which of the studies that wait here are passed on now.

import Vocabulary

/// Goes through what nobody has begun to read and asks the rules whose outcome changes with the hour and the readers.
/// Each study that is passed on makes the backlog smaller, until the rule that passed it on does not hold any more. Pure:
/// the node's service and the simulator run the same.
package struct OverflowPlan<ID: Hashable & Sendable>: Sendable {
    package struct Candidate: Sendable {
        package var id: ID
        package var facts: StudyFacts
        /// Predicted for its reader.
        package var minutes: Double

        package init(id: ID, facts: StudyFacts, minutes: Double) {
            self.id = id
            self.facts = facts
            self.minutes = minutes
        }
    }

    package struct Move: Sendable {
        package var id: ID
        package var facts: StudyFacts
        package var decision: RouteDecision
    }

    package private(set) var moves: [Move] = []
    /// The rules about the backlog that hold afterwards.
    package private(set) var opened: Set<String>
    /// Predicted minutes that stay here.
    package private(set) var minutes: Double

    /// - Parameters:
    ///   - candidates: those that would be read last first.
    ///   - minutes: of all that waits or is being read here, the candidates included.
    ///   - readers: on duty; `nil` where that is not known.
    ///   - before: the rules about the backlog that held until now.
    package init(
        _ rules: RoutingRules, in topology: RoutingTopology, candidates: some Sequence<Candidate>, minutes: Double,
        readers: Int?, opened before: Set<String>
    ) {
        self.minutes = minutes
        opened = rules.opened(after: before, at: Self.perReader(minutes, readers))
        for candidate in candidates {
            var facts = candidate.facts
            facts.minutesPerReader = Self.perReader(self.minutes, readers)
            opened = rules.opened(after: opened, at: facts.minutesPerReader)
            guard let first = rules.first(for: facts, in: topology, opened: opened), rules.rules[first.index].isDynamic,
                case .forward = first.action
            else { continue }
            let decision = rules.decide(facts, in: topology, opened: opened)
            guard case .rule = decision.basis else { continue }
            moves.append(Move(id: candidate.id, facts: facts, decision: decision))
            self.minutes = max(0, self.minutes - candidate.minutes)
        }
        opened = rules.opened(after: opened, at: Self.perReader(self.minutes, readers))
    }

    /// `StudyFacts.endless` where something waits and nobody is there.
    package static func perReader(_ minutes: Double, _ readers: Int?) -> Double? {
        guard let readers else { return nil }
        if minutes <= 0 { return 0 }
        return readers > 0 ? minutes / Double(readers) : StudyFacts.endless
    }
}
