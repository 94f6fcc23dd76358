// Serving a study sooner, or later.

import Audit
import Database
import Reading
import Vocabulary

/// Acts on everything already queued here, and tells the next hop to do the same.
struct StudyPriority: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func set(
        _ priority: Priority, of study: StudyInstanceUID, by actor: AuditActor, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        guard let passage = try flow.passages.passage(of: study, in: transaction), passage.priority != priority else {
            return
        }
        try flow.passages.setPriority(priority, of: study, in: transaction)
        try flow.deliveries.setPriority(priority, ofStudy: study, in: transaction)
        try flow.audit.record(
            AuditEvent(.priorityChanged, by: actor, at: now, study: study, detail: priority.rawValue), in: transaction)
        if let task = try flow.tasks.currentTask(of: study, in: transaction), task.isOwned(by: flow.node.name) {
            let changed = try flow.tasks.setPriority(priority, of: task.id, at: now, in: transaction)
            try TaskPassing(flow).tellBelow(changed, in: transaction, wakes: &wakes)
        }
        wakes.changes.insert(FlowChange(.study, study))
        guard let hop = passage.decision?.nextHop else { return }
        try Messenger(flow).send(
            PriorityChanged(study: study, priority: priority), to: hop, lane: .urgent, in: transaction, wakes: &wakes)
        wakes.relay(hop, priority)
    }
}
