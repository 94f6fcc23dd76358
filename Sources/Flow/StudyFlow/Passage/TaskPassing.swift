// Who owns a reading task, and how that changes hands.

import Audit
import Database
import Reading
import Vocabulary

/// An offer freezes claims here; ownership passes with the parent's durable accept and returns only with a durable answer.
package struct TaskPassing: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Does whatever the study's task can do next: become ready here, or be offered to the next hop. Safe to call at any
    /// time, any number of times.
    func advance(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        guard let passage = try flow.passages.passage(of: study, in: transaction), passage.settledAt != nil,
            let decision = passage.decision, let task = try flow.tasks.currentTask(of: study, in: transaction),
            task.isOwned(by: flow.node.name)
        else { return }
        let now = flow.clock.now()
        switch decision.action {
        case .forward(_, let hop) where task.state == .waitingForImages || task.state == .ready:
            let offered = try flow.tasks.offer(task.id, to: hop, at: now, in: transaction)
            try Messenger(flow).send(TaskOffered(offer: offered.offer), to: hop, in: transaction, wakes: &wakes)
            try audit(.taskOffered, offered, detail: "to \(hop)", in: transaction)
            try tellBelow(offered, in: transaction, wakes: &wakes)
        case .readHere where task.state == .waitingForImages:
            let wait = flow.node.orderWait
            let complete = try flow.tasks.markComplete(
                task.id, awaitingOrderUntil: wait > .zero ? now + wait : nil, at: now, in: transaction)
            try tellBelow(complete, in: transaction, wakes: &wakes)
        default:
            break
        }
    }

    /// A child asks us to read.
    func receive(
        _ offer: TaskOffer, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try CustodyCopies(flow).release(offer.study, in: transaction, wakes: &wakes)
        let canHelp = flow.node.hasReadingRole || !flow.node.parents.isEmpty
        let decision = try flow.passages.passage(of: offer.study, in: transaction)?.decision
        let task = try flow.tasks.receiveOffer(
            offer, from: child, accepting: canHelp,
            reason: canHelp ? nil : "\(flow.node.name) has no reading role and no parent",
            ruleName: decision?.ruleName, isUnrouted: decision?.isUnrouted ?? false, at: flow.clock.now(),
            in: transaction)
        try Messenger(flow).send(TaskAnswered(ownership: task.ownership), to: child, in: transaction, wakes: &wakes)
        try audit(canHelp ? .taskAccepted : .taskDeclined, task, detail: "from \(child)", in: transaction)
        if let order = try flow.orders.order(of: offer.study, in: transaction) {
            try flow.tasks.apply(order, at: flow.clock.now(), in: transaction)
        }
        try advance(offer.study, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.task, offer.study))
    }

    /// The parent answered our offer, or our asking it back.
    func receive(_ event: TaskAnswered, in transaction: Transaction, wakes: inout Wakes) throws {
        let answer = event.ownership
        guard let before = try flow.tasks.task(answer.task, in: transaction),
            let task = try flow.tasks.receiveAnswer(answer, at: flow.clock.now(), in: transaction)
        else { return }
        try tellBelow(task, in: transaction, wakes: &wakes)
        try TaskRecalling(flow).answered(
            task, before: before, isAnswerToRecall: event.answersWithdrawal == true, in: transaction, wakes: &wakes)
    }

    /// The owner above did something.
    func receive(_ notice: TaskNotice, in transaction: Transaction, wakes: inout Wakes) throws {
        guard let task = try flow.tasks.mirrorRemoteState(notice, at: flow.clock.now(), in: transaction) else { return }
        try tellBelow(task, in: transaction, wakes: &wakes)
    }

    /// Passes the task's state on to the node it came from.
    ///
    /// A task that became ready here, or whose priority or order changed, gets its clock on the way.
    func tellBelow(_ task: ReadingTask, in transaction: Transaction, wakes: inout Wakes) throws {
        let task = try WorkPlanner(flow).plan(task, in: transaction)
        wakes.assignment = true
        wakes.changes.insert(FlowChange(.task, task.study))
        // Its report was taken back, say.
        if task.releasedAt != nil { try PriorReports(flow).tell(task.study, in: transaction, wakes: &wakes) }
        guard let child = task.cameFrom else { return }
        try Messenger(flow).send(TaskChanged(notice: task.notice), to: child, in: transaction, wakes: &wakes)
    }

    private func audit(
        _ action: AuditAction, _ task: ReadingTask, detail: String, in transaction: Transaction
    ) throws {
        try flow.audit.record(
            AuditEvent(
                action, by: .system("task passing"), at: flow.clock.now(), study: task.study,
                object: task.id.rawValue, detail: detail), in: transaction)
    }
}
