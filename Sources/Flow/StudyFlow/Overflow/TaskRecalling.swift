// Asking back what was passed on and nobody has begun.

import Audit
import Database
import Reading
import Routing
import Vocabulary

/// A task is asked back over the same way it went: the node above gives it back if nobody reads it, declines for good an
/// offer that never came, or says that it keeps it. Until its answer is here, the task stays where it is: a line that is down
/// delays a recall and can't make two owners of it.
package struct TaskRecalling: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Asks the node above for the task, for a person or for the rule that passed it on.
    ///
    /// - Throws: `ReadingError.refused` for a task that is not passed on, or that somebody above reads as far as is known.
    func ask(
        _ id: TaskID, reason: String, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws -> ReadingTask {
        guard let task = try flow.tasks.task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        guard task.state == .offered || task.state == .forwarded, let hop = task.offeredTo else {
            throw ReadingError.refused(.notOwnedElsewhere, task)
        }
        if let remote = task.remoteState, ![.ready, .waitingForImages, .offered, .forwarded].contains(remote) {
            throw ReadingError.refused(remote == .claimed ? .beingRead : .alreadySigned, task)
        }
        try send(
            task, to: hop, TaskRecall(task: id, askedAt: flow.clock.now(), askedBy: actor.name, reason: reason),
            in: transaction, wakes: &wakes)
        try flow.audit.record(
            AuditEvent(
                .taskRecalled, by: actor, at: flow.clock.now(), study: task.study, object: id.rawValue,
                detail: "asked back from \(hop): \(reason)"), in: transaction)
        wakes.changes.insert(FlowChange(.task, task.study))
        return task
    }

    private func send(
        _ task: ReadingTask, to hop: NodeName, _ recall: TaskRecall, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try flow.routing.ask(recall, in: transaction)
        try Messenger(flow).send(
            TaskWithdrawn(offer: task.offer, reason: recall.reason), to: hop, in: transaction, wakes: &wakes)
    }

    /// A child asks back what it offered to us.
    func receive(
        _ event: TaskWithdrawn, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let before = try flow.tasks.task(event.offer.task, in: transaction)
        let task = try flow.tasks.receiveWithdrawal(
            of: event.offer, by: child, reason: event.reason, at: now, in: transaction)
        if let hop = task.offeredTo, task.cameFrom == child, task.owner != child,
            task.state == .offered || task.state == .forwarded
        {
            // It went on from here: whoever has it is asked in turn, and the child is answered when they have answered.
            try send(
                task, to: hop,
                TaskRecall(task: task.id, askedAt: now, askedBy: child.rawValue, wantedBy: child, reason: event.reason),
                in: transaction, wakes: &wakes)
            return
        }
        try Messenger(flow).send(
            TaskAnswered(ownership: task.ownership, answersWithdrawal: true), to: child, in: transaction, wakes: &wakes)
        if task.owner == child, before?.owner != child {
            try flow.audit.record(
                AuditEvent(
                    .taskReturned, by: .node(child), at: now, study: task.study, object: task.id.rawValue,
                    detail: event.reason), in: transaction)
        }
        wakes.changes.insert(FlowChange(.task, task.study))
    }

    /// The node above answered an offer or a recall. An answer to the offer may still come after the recall was asked for.
    func answered(
        _ task: ReadingTask, before: ReadingTask, isAnswerToRecall: Bool, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let isBack = task.isOwned(by: flow.node.name) && !before.isUntouched && task.isUntouched
        guard isBack || isAnswerToRecall else { return }
        if let recall = try flow.routing.recall(of: task.id, in: transaction), recall.answeredAt == nil {
            try flow.routing.answer(task.id, isReturned: isBack, at: now, in: transaction)
            if let child = recall.wantedBy {
                let given =
                    isBack ? try flow.tasks.giveBack(task.id, reason: recall.reason, at: now, in: transaction) : task
                try Messenger(flow).send(
                    TaskAnswered(ownership: given.ownership, answersWithdrawal: true), to: child, in: transaction,
                    wakes: &wakes)
                if isBack { return }
            }
        }
        guard isBack, flow.node.hasReadingRole else { return }
        let decision = RouteDecision.returned(to: flow.node.name, reason: task.reason)
        try flow.passages.decide(decision, for: task.study, at: now, in: transaction)
        try flow.routing.record(
            RoutingRecord(
                study: task.study, at: now, occasion: .returned, decision: decision, facts: nil,
                opened: try flow.routing.opened(in: transaction)), in: transaction)
        try TaskPassing(flow).advance(task.study, in: transaction, wakes: &wakes)
    }
}
