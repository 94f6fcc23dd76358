// Why a rule held or did not: each condition with what it asks and what it found.

import Vocabulary

/// One condition of one rule, asked about one study.
package struct ConditionCheck: Hashable, Sendable {
    package var asked: Explanation
    /// What the study, the hour or the readers had to say; `–` where nothing is known.
    package var found: String
    package var holds: Bool
}

package struct RuleCheck: Hashable, Sendable {
    package var rule: RoutingRule
    package var conditions: [ConditionCheck]
    /// It came before all others that held.
    package var decided: Bool

    package var holds: Bool { conditions.allSatisfy(\.holds) }
}

extension RoutingRules {
    /// Every rule with its conditions, in order, for a person who asks why.
    package func check(
        _ facts: StudyFacts, in topology: RoutingTopology, opened: Set<String> = []
    ) -> [RuleCheck] {
        let decision = decide(facts, in: topology, opened: opened)
        return rules.map { rule in
            RuleCheck(
                rule: rule, conditions: rule.conditions.checks(for: facts, isOpen: opened.contains(rule.name)),
                decided: decision.basis == .rule(name: rule.name, line: rule.location.line))
        }
    }
}

extension Conditions {
    /// Agrees with `hold(for:isOpen:)`.
    func checks(for facts: StudyFacts, isOpen: Bool) -> [ConditionCheck] {
        words.map { word in
            ConditionCheck(
                asked: word.text, found: word.found(facts),
                holds: word.alone.hold(for: facts, isOpen: isOpen))
        }
    }

    /// One condition: its words, what it looks at, and it alone.
    struct Word {
        var text: Explanation
        var alone: Conditions
        var found: (StudyFacts) -> String
    }

    var words: [Word] {
        var words: [Word] = []
        func add(
            _ chinese: String, _ english: String, _ alone: Conditions, _ found: @escaping (StudyFacts) -> String?
        ) {
            words.append(
                Word(text: Explanation(chinese: chinese, english: english), alone: alone) { found($0) ?? "–" })
        }
        func list(_ values: some Collection<String>, _ separator: String) -> String {
            values.sorted().joined(separator: separator)
        }
        if let modality {
            add(
                "设备类型为 \(list(modality, "、"))", "modality \(list(modality, " or "))", Conditions(modality: modality)
            ) { $0.modalities.joined(separator: ", ") }
        }
        if let bodyPart {
            add("部位为 \(list(bodyPart, "、"))", "body part \(list(bodyPart, " or "))", Conditions(bodyPart: bodyPart)) {
                $0.bodyPart
            }
        }
        if let institution {
            add(
                "来自 \(list(institution, "、"))", "from \(list(institution, " or "))",
                Conditions(institution: institution)
            ) { $0.institution }
        }
        if let priority {
            let ordered = priority.sorted()
            add(
                "优先级为 \(ordered.map(\.chinese).joined(separator: "、"))",
                "priority \(ordered.map(\.rawValue).joined(separator: " or "))", Conditions(priority: priority)
            ) { $0.priority.rawValue }
        }
        if let wantedDestination {
            let names = wantedDestination.map(\.rawValue)
            add(
                "申请指定 \(list(names, "、"))", "the order asks for \(list(names, " or "))",
                Conditions(wantedDestination: wantedDestination)
            ) { $0.wantedDestination?.rawValue }
        }
        if let workType {
            let names = workType.map(\.rawValue)
            add("工作类型为 \(list(names, "、"))", "work type \(list(names, " or "))", Conditions(workType: workType)) {
                $0.workType?.rawValue
            }
        }
        if let time {
            add("时间在 \(time)", "between \(time)", Conditions(time: time)) { $0.time.map(Self.clock) }
        }
        if let weekdays {
            let days = Weekday.allCases.filter(weekdays.contains)
            add(
                "\(days.map(\.chinese).joined(separator: "、"))", "on \(days.map(\.rawValue).joined(separator: ", "))",
                Conditions(weekdays: weekdays)
            ) { $0.time.map { Weekday.civil($0).day.rawValue } }
        }
        if let isUncovered {
            add(
                isUncovered ? "本节点当班无人可阅" : "本节点当班有人可阅",
                isUncovered ? "nobody on duty here may read it" : "somebody on duty here may read it",
                Conditions(isUncovered: isUncovered)
            ) { $0.isUncovered.map { $0 ? "nobody 无人" : "somebody 有人" } }
        }
        if let backlog {
            let (above, below) = (Self.number(backlog.above), Self.number(backlog.below))
            add(
                "人均积压超过 \(above) 分钟（降到 \(below) 分钟以下才停止）",
                "more than \(above) minutes wait for each reader on duty (until below \(below))",
                Conditions(backlog: backlog)
            ) { $0.minutesPerReader.map(Self.minutes) }
        }
        return words
    }

    private static func clock(_ time: Timestamp) -> String {
        let minute = Weekday.civil(time).minute
        return [minute / 60, minute % 60].map { String(String($0 + 100).dropFirst()) }.joined(separator: ":")
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
    }

    private static func minutes(_ value: Double) -> String {
        value >= StudyFacts.endless ? "∞ min" : number((value * 10).rounded() / 10) + " min"
    }
}

extension RoutingRule {
    /// The rule as a sentence.
    package var sentence: Explanation {
        let words = conditions.words.map(\.text)
        let (chinese, english): (String, String) =
            switch consequence {
            case .readHere: ("由本节点阅片", "read here")
            case .forward(let nodes):
                (
                    "转发至 " + nodes.map(\.rawValue).joined(separator: "，其次 "),
                    "forward to " + nodes.map(\.rawValue).joined(separator: ", else ")
                )
            }
        let recall = recallAfter.map { minutes in
            (
                "；不再积压且对方 \(minutes) 分钟内无人领取则召回",
                "; asked back when the rule no longer holds and nobody there began within \(minutes) minutes"
            )
        }
        return Explanation(
            chinese: (words.isEmpty ? "全部检查" : "当" + words.map(\.chinese).joined(separator: "，且") + "时") + "，" + chinese
                + (recall?.0 ?? ""),
            english: (words.isEmpty
                ? "Every study: " : "When " + words.map(\.english).joined(separator: " and ") + ": ")
                + english + (recall?.1 ?? ""))
    }
}

extension Priority {
    fileprivate var chinese: String {
        switch self {
        case .stat: "紧急"
        case .urgent: "加急"
        case .routine: "常规"
        }
    }
}

extension Weekday {
    fileprivate var chinese: String {
        switch self {
        case .monday: "周一"
        case .tuesday: "周二"
        case .wednesday: "周三"
        case .thursday: "周四"
        case .friday: "周五"
        case .saturday: "周六"
        case .sunday: "周日"
        }
    }
}
