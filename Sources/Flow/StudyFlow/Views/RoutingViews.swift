// Where studies are read and why, for the page and the command line.

import Archive
import Database
import Reading
import Routing
import Vocabulary

package struct RoutingOverview: Hashable, Sendable {
    package var now: Timestamp
    package var rules: [RoutingRule]
    /// Rules about the backlog: whether they hold, and since when.
    package var standings: [RuleStanding]
    /// This node first where it is known.
    package var loads: [ReaderLoadReport]
    /// Newest first.
    package var decisions: [RoutingRecord]
    package var hasRoster: Bool
}

/// Why one study is read where it is.
package struct RoutingExplanation: Hashable, Sendable {
    package var study: StudyInstanceUID
    /// Oldest first.
    package var records: [RoutingRecord]
    package var decision: RouteDecision?
    package var task: ReadingTask?
    package var recall: TaskRecall?
    /// What its clock did, will do, or is kept from doing; `nil` where nothing waits here and nobody was asked.
    package var limit: Explanation?
    /// What the rules would say now.
    package var facts: StudyFacts
    package var checks: [RuleCheck]
    package var decisionNow: RouteDecision
}

/// What a file of rules would have done with the studies of a while.
package struct RoutingTrial: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        /// `nil`: no rule, or the wish of an order.
        package var rule: RoutingRule?
        package var name: String
        package var studies: Int
        package var changed: Int
    }

    package struct Change: Hashable, Sendable {
        package var before: String
        package var after: String
        package var studies: Int
    }

    package var since: Timestamp
    package var studies: Int
    package var lines: [Line]
    /// The most frequent first.
    package var changes: [Change]
}

package struct RoutingViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func overview(decisions limit: Int = 50) async throws -> RoutingOverview {
        try await flow.database.read { snapshot in
            let now = flow.clock.now()
            let loads = try flow.routing.loads(since: now - LocalReaders.freshness, in: snapshot)
            return RoutingOverview(
                now: now, rules: flow.rules.rules, standings: try flow.routing.standings(in: snapshot),
                loads: loads.filter { $0.node == flow.node.name } + loads.filter { $0.node != flow.node.name },
                decisions: try flow.routing.newest(limit: limit, in: snapshot), hasRoster: flow.workforce.written != nil
            )
        }
    }

    /// `nil` for a study that this node does not know.
    package func explain(_ study: StudyInstanceUID) async throws -> RoutingExplanation? {
        try await flow.database.read { snapshot in
            guard try flow.catalogue.origin(of: study, in: snapshot) != nil else { return nil }
            let facts = try RoutePlanner(flow).facts(of: study, in: snapshot)
            let opened = try flow.routing.opened(in: snapshot)
            let task = try flow.tasks.currentTask(of: study, in: snapshot)
            return RoutingExplanation(
                study: study, records: try flow.routing.decisions(about: study, in: snapshot),
                decision: try flow.passages.passage(of: study, in: snapshot)?.decision, task: task,
                recall: try task.flatMap { try flow.routing.recall(of: $0.id, in: snapshot) },
                limit: try task.flatMap { try TimeLimitOffers(flow).standing(of: $0, in: snapshot) }, facts: facts,
                checks: flow.rules.check(facts, in: flow.node.topology, opened: opened),
                decisionNow: flow.rules.decide(facts, in: flow.node.topology, opened: opened))
        }
    }

    /// Asks other rules about every study that was decided since `time`, in the order and with the facts of then.
    package func attempt(_ rules: RoutingRules, since time: Timestamp) async throws -> RoutingTrial {
        let cases = try await flow.database.read { try self.cases(since: time, in: $0) }
        var opened: Set<String> = []
        var lines: [String: (studies: Int, changed: Int)] = [:]
        var changes: [RoutingTrial.Change: Int] = [:]
        for (facts, before) in cases {
            opened = rules.opened(after: opened, at: facts.minutesPerReader)
            let after = rules.decide(facts, in: flow.node.topology, opened: opened)
            let name = Self.name(of: after)
            lines[name, default: (0, 0)].studies += 1
            guard after.action != before.action else { continue }
            lines[name, default: (0, 0)].changed += 1
            changes[.init(before: Self.text(of: before), after: Self.text(of: after), studies: 0), default: 0] += 1
        }
        let named = rules.rules.map { rule in
            RoutingTrial.Line(
                rule: rule, name: rule.name, studies: lines[rule.name]?.studies ?? 0,
                changed: lines[rule.name]?.changed ?? 0)
        }
        let others = lines.filter { entry in rules.rule(named: entry.key) == nil }.sorted { $0.key < $1.key }
        return RoutingTrial(
            since: time, studies: cases.count,
            lines: named + others.map { .init(name: $0.key, studies: $0.value.studies, changed: $0.value.changed) },
            changes: changes.map { .init(before: $0.key.before, after: $0.key.after, studies: $0.value) }
                .sorted { ($1.studies, $0.before) < ($0.studies, $1.before) })
    }

    /// The last decision about each study with its facts; where none were kept, as they are now.
    private func cases(
        since time: Timestamp, in database: some DatabaseReading
    ) throws -> [(facts: StudyFacts, before: RouteDecision)] {
        var last: [StudyInstanceUID: RoutingRecord] = [:]
        for record in try flow.routing.decisions(since: time, limit: Self.mostCases, in: database) {
            guard record.facts != nil, record.occasion != .returned else { continue }
            last[record.study] = record
        }
        var cases = last.values.compactMap { record in
            record.facts.map { (at: record.at, facts: $0, before: record.decision) }
        }
        for passage in try flow.passages.decided(since: time, limit: Self.mostCases, in: database)
        where last[passage.study] == nil {
            guard let decision = passage.decision, let at = passage.decidedAt, decision.basis != .custodyCopy else {
                continue
            }
            var facts = try RoutePlanner(flow).studyFacts(of: passage.study, in: database)
            facts.time = at
            facts.workType = flow.workforce.rules.limits.rule(for: LocalReaders(flow).workFacts(of: facts, nil))?.name
            cases.append((at, facts, decision))
        }
        return cases.sorted { $0.at < $1.at }.map { ($0.facts, $0.before) }
    }

    private static let mostCases = 100_000

    private static func name(of decision: RouteDecision) -> String {
        switch decision.basis {
        case .rule(let name, _): name
        case .wantedDestination: "申请指定 wanted by the order"
        case .noRule: "无匹配规则 no rule"
        case .timeLimit: "时限已到 time limit"
        case .custodyCopy, .returned: "–"
        }
    }

    private static func text(of decision: RouteDecision) -> String {
        let place =
            switch decision.action {
            case .readHere: "本节点 read here"
            case .forward(let destination, _): "转发 forward to \(destination)"
            case .keep: "仅保存 kept only"
            }
        return "\(place) (\(name(of: decision)))"
    }
}
