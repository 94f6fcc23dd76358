// A study's history, as short as a person wants to read it.

import Audit
import Vocabulary

/// What one actor did again and again, without anything in between: a thousand images received are one line.
struct HistoryLine: Sendable {
    let action: AuditAction
    let actor: AuditActor
    /// When it was done last.
    let at: Timestamp
    private(set) var count = 1

    /// - Parameter events: newest first; so are the lines.
    static func lines(of events: [AuditEvent]) -> [HistoryLine] {
        var lines: [HistoryLine] = []
        for event in events {
            if let last = lines.last, last.action == event.action, last.actor == event.actor {
                lines[lines.count - 1].count += 1
            } else {
                lines.append(HistoryLine(action: event.action, actor: event.actor, at: event.at))
            }
        }
        return lines
    }
}
