// Serving a study sooner, or later.

import Audit
import Database
import Reading
import Vocabulary

/// Acts on everything already queued here, on the wire included, and tells the next hop to do the same.
struct StudyPriority: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// - Parameter setAt: by the clock of the node where somebody did it; `nil`: here and now.
    func set(
        _ priority: Priority, of study: StudyInstanceUID, setAt: Timestamp? = nil, by actor: AuditActor,
        in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let setAt = setAt ?? now
        guard let passage = try flow.passages.passage(of: study, in: transaction), passage.priority != priority else {
            return
        }
        try flow.passages.setPriority(priority, of: study, setAt: setAt, in: transaction)
        try flow.deliveries.setPriority(priority, ofStudy: study, in: transaction)
        wakes.priorities = true
        try flow.audit.record(
            AuditEvent(.priorityChanged, by: actor, at: now, study: study, detail: priority.rawValue), in: transaction)
        if let task = try flow.tasks.currentTask(of: study, in: transaction), task.isOwned(by: flow.node.name) {
            let changed = try flow.tasks.setPriority(priority, of: task.id, at: now, in: transaction)
            try TaskPassing(flow).tellBelow(changed, in: transaction, wakes: &wakes)
        }
        wakes.changes.insert(FlowChange(.study, study))
        guard let hop = passage.decision?.nextHop else { return }
        try Messenger(flow).send(
            PriorityChanged(study: study, priority: priority, setAt: setAt), to: hop, lane: .urgent, in: transaction,
            wakes: &wakes)
        if try flow.passages.isAnnounced(study, to: hop, in: transaction) == false {
            // Its images are held until the announcement is heard, which may stand behind much else.
            try RoutePlanner(flow).announce(study, to: hop, in: transaction, wakes: &wakes)
        }
        wakes.relay(hop, priority)
    }
}
