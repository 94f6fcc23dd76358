// One line of a study's history.

import Audit
import Vocabulary

struct HistoryAnswer: Encodable, Sendable {
    var at: String
    var who: String
    var node: NodeName
    var action: AuditAction
    var text: String

    init(_ record: AuditRecord, at node: NodeName, words: Words) {
        let event = record.event
        at = event.at.description
        who = event.actor.name
        self.node = node
        action = event.action
        text = words["audit.\(event.action.rawValue)"]
    }
}
