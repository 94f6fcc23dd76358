// Rules, loads and decisions as JSON.

import Routing
import StudyFlow
import Vocabulary

struct RoutingRuleAnswer: Encodable {
    var name: String
    var line: Int
    var text: String
    /// Only of a rule about the backlog.
    var isOpen: Bool?
    var since: String?

    init(_ rule: RoutingRule, _ standing: RuleStanding?, words: Words) {
        name = rule.name
        line = rule.location.line
        text = rule.sentence.text(in: words.language)
        guard rule.conditions.backlog != nil else { return }
        isOpen = standing?.isOpen ?? false
        since = standing?.since.description
    }
}

struct ReaderLoadAnswer: Encodable {
    var node: String
    var minutesPerReader: Double?
    var readersOnDuty: Int?
    var tasks: Int
    var at: String
    var text: String

    init(_ load: ReaderLoadReport, words: Words) {
        node = load.node.rawValue
        minutesPerReader = load.minutesPerReader.map { ($0 * 10).rounded() / 10 }
        readersOnDuty = load.readersOnDuty
        tasks = load.tasks
        at = load.at.description
        text =
            switch load.minutesPerReader {
            case nil: words["routing.noRoster"]
            case .some(let minutes) where minutes >= StudyFacts.endless: words["routing.nobody"]
            case .some(let minutes): words("routing.perReader", ["minutes": Int(minutes.rounded())])
            }
    }
}

struct RoutingDecisionAnswer: Encodable {
    var studyInstanceUID: String
    var at: String
    var occasion: String
    var rule: String
    var line: Int?
    var text: String
    var facts: String

    init(_ record: RoutingRecord, words: Words) {
        studyInstanceUID = record.study.rawValue
        at = record.at.description
        occasion = record.occasion.rawValue
        rule = record.decision.ruleName ?? ""
        if case .rule(_, let line) = record.decision.basis { self.line = line }
        text = record.decision.explanation.text(in: words.language)
        facts = record.facts.map { Self.text($0, words) } ?? ""
    }

    static func text(_ facts: StudyFacts, _ words: Words) -> String {
        var parts = [facts.modalities.joined(separator: "/")]
        if let part = facts.bodyPart { parts.append(part) }
        parts.append(facts.institution)
        parts.append(words.label(facts.priority))
        if let type = facts.workType { parts.append(type.rawValue) }
        if let minutes = facts.minutesPerReader {
            parts.append(
                minutes >= StudyFacts.endless
                    ? words["routing.nobody"] : words("routing.perReader", ["minutes": Int(minutes.rounded())]))
        }
        if facts.isUncovered == true { parts.append(words["routing.uncovered"]) }
        return parts.joined(separator: " · ")
    }
}

struct RoutingAnswer: Encodable {
    var rules: [RoutingRuleAnswer]
    var loads: [ReaderLoadAnswer]
    var decisions: [RoutingDecisionAnswer]

    init(_ overview: RoutingOverview, words: Words) {
        rules = overview.rules.map { rule in
            RoutingRuleAnswer(rule, overview.standings.first { $0.rule == rule.name }, words: words)
        }
        loads = overview.loads.map { ReaderLoadAnswer($0, words: words) }
        decisions = overview.decisions.map { RoutingDecisionAnswer($0, words: words) }
    }
}

struct RoutingExplanationAnswer: Encodable {
    struct Check: Encodable {
        var rule: String
        var line: Int
        var text: String
        var holds: Bool
        var decided: Bool
    }

    var studyInstanceUID: String
    var text: String
    /// What its clock did or will do.
    var limit: String?
    var decisions: [RoutingDecisionAnswer]
    /// The rules, asked now.
    var rules: [Check]

    init(_ explanation: RoutingExplanation, words: Words) {
        studyInstanceUID = explanation.study.rawValue
        text = (explanation.decision ?? explanation.decisionNow).explanation.text(in: words.language)
        limit = explanation.limit?.text(in: words.language)
        decisions = explanation.records.map { RoutingDecisionAnswer($0, words: words) }
        rules = explanation.checks.map { check in
            Check(
                rule: check.rule.name, line: check.rule.location.line,
                text: check.rule.sentence.text(in: words.language), holds: check.holds, decided: check.decided)
        }
    }
}
