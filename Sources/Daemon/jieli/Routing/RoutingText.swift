// Decisions and trials, to be read on a terminal.

import Observability
import Routing
import StudyFlow
import Vocabulary

struct RoutingText {
    let isChinese: Bool

    private func say(_ chinese: String, _ english: String) -> String { isChinese ? chinese : english }
    private func say(_ words: Explanation) -> String { isChinese ? words.chinese : words.english }

    func text(_ explanation: RoutingExplanation) -> String {
        var lines = ["\(say("检查", "study")) \(explanation.study)"]
        if let decision = explanation.decision {
            lines.append("\(say("现行", "in force")): \(say(decision.explanation))")
        }
        if let task = explanation.task {
            lines.append("\(say("任务", "task")): \(task.shownState.rawValue) @ \(task.owner)")
        }
        if let limit = explanation.limit { lines.append("\(say("时限", "clock")): \(say(limit))") }
        if let recall = explanation.recall {
            let outcome =
                switch recall.isReturned {
                case true: say("已交回", "it came back")
                case false: say("对方保留", "it stays there")
                case nil: say("等待答复", "no answer yet")
                }
            lines.append(
                "\(say("召回", "asked back")): \(recall.askedAt) (\(recall.askedBy)): \(recall.reason); \(outcome)")
        }
        lines += ["", say("决定记录", "Decisions")]
        for record in explanation.records {
            lines.append("  \(record.at)  \(record.occasion.rawValue)  \(say(record.decision.explanation))")
            if let facts = record.facts { lines.append("      \(self.facts(facts))") }
        }
        lines += ["", say("现在逐条判断", "The rules, asked now")]
        for check in explanation.checks {
            let mark = check.decided ? "▶" : check.holds ? "✓" : "✗"
            lines.append("  \(mark) \(check.rule.location.line): \(check.rule.name): \(say(check.rule.sentence))")
            for condition in check.conditions {
                lines.append("      \(condition.holds ? "✓" : "✗") \(say(condition.asked)): \(condition.found)")
            }
        }
        lines.append("  → \(say(explanation.decisionNow.explanation))")
        return lines.joined(separator: "\n")
    }

    private func facts(_ facts: StudyFacts) -> String {
        var parts = [
            facts.modalities.joined(separator: "/"), facts.bodyPart ?? "–", facts.institution, facts.priority.rawValue,
        ]
        if let type = facts.workType { parts.append(type.rawValue) }
        if let minutes = facts.minutesPerReader {
            parts.append(
                minutes >= StudyFacts.endless
                    ? say("当班无人", "nobody on duty")
                    : say("人均积压 \(Int(minutes.rounded())) 分钟", "\(Int(minutes.rounded())) min for each reader"))
        }
        if facts.isUncovered == true { parts.append(say("当班无人可阅", "nobody on duty may read it")) }
        return parts.joined(separator: ", ")
    }

    func text(_ trial: RoutingTrial) -> String {
        let head = say(
            "自 \(trial.since) 以来 \(trial.studies) 次检查", "\(trial.studies) studies since \(trial.since)")
        let rows =
            [[say("行", "line"), say("规则", "rule"), say("检查", "studies"), say("其中改变", "of which changed")]]
            + trial.lines.map { line in
                [line.rule.map { "\($0.location.line)" } ?? "–", line.name, "\(line.studies)", "\(line.changed)"]
            }
        var text = head + "\n\n" + TerminalText.table(rows)
        if trial.changes.isEmpty {
            text += "\n\n" + say("没有一次检查会改变去向", "no study would go elsewhere")
        } else {
            text +=
                "\n\n"
                + TerminalText.table(
                    [[say("检查", "studies"), say("现在", "now"), say("改为", "would be")]]
                        + trial.changes.map { ["\($0.studies)", $0.before, $0.after] })
        }
        return text
    }
}
