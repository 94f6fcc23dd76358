// Handing a task to another node, and back. At no moment two nodes own it.

import Database
import Vocabulary

extension TaskBook {
    private var rules: TaskOwnershipRules { TaskOwnershipRules(node: node) }

    // MARK: The node that offers

    /// Freezes the task and names the node it is offered to. Send `offer` of the returned task in the same transaction.
    @discardableResult
    package func offer(
        _ id: TaskID, to destination: NodeName, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try replace(id, in: transaction) { try rules.offered($0, to: destination, at: time) }
    }

    /// The other node's durable answer to an offer or a withdrawal, or its giving back later. Told twice, or told late, it
    /// changes nothing. `nil` where this node never had the task.
    @discardableResult
    package func receiveAnswer(
        _ answer: TaskOwnership, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask? {
        guard try task(answer.task, in: transaction) != nil else { return nil }
        return try replace(answer.task, in: transaction) { try rules.answered($0, by: answer, at: time) }
    }

    // MARK: The node that receives

    /// Accepts an offer, or declines it, durably: either way a row remembers the answer, so that the same offer told
    /// again gets the same one. Send `ownership` of the returned task to `child` in the same transaction.
    ///
    /// An accepted task waits for its images until `markComplete`.
    @discardableResult
    package func receiveOffer(
        _ offer: TaskOffer, from child: NodeName, accepting: Bool = true, reason: String? = nil,
        ruleName: String? = nil, isUnrouted: Bool = false, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        let reception = TaskOwnershipRules.Reception(
            accepting: accepting, reason: reason, ruleName: ruleName, isUnrouted: isUnrouted)
        return try answer(offer.task, in: transaction) {
            try rules.received(offer, from: child, as: reception, known: $0, at: time)
        }
    }

    /// The child wants a task back that it offered, or that was accepted from it and nobody reads. Send `ownership` of the
    /// returned task to `child` in the same transaction, whatever came of it.
    @discardableResult
    package func receiveWithdrawal(
        of offer: TaskOffer, by child: NodeName, reason: String?, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try answer(offer.task, in: transaction) {
            try rules.withdrawn(offer, by: child, reason: reason, known: $0, at: time)
        }
    }

    /// Gives an accepted task back to the child it came from, because it asked for it or because it can't be read here.
    /// Refused while somebody is reading. Send `ownership` of the returned task in the same transaction.
    @discardableResult
    package func giveBack(
        _ id: TaskID, reason: String?, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try replace(id, in: transaction) { try rules.givenBack($0, reason: reason, at: time) }
    }

    // MARK: News from the owner

    /// Mirrors what the owner said about a task that is read elsewhere. `nil` where this node does not have the task.
    @discardableResult
    package func mirrorRemoteState(
        _ notice: TaskNotice, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask? {
        guard try task(notice.task, in: transaction) != nil else { return nil }
        return try replace(notice.task, in: transaction) { try rules.mirrored(notice, known: $0, at: time) }
    }

    // MARK: Rows

    private func replace(
        _ id: TaskID, in transaction: Transaction, _ body: (ReadingTask) throws -> ReadingTask
    ) throws -> ReadingTask {
        guard let before = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        return try keep(try body(before), over: before, in: transaction)
    }

    private func answer(
        _ id: TaskID, in transaction: Transaction, _ body: (ReadingTask?) throws -> ReadingTask
    ) throws -> ReadingTask {
        let before = try task(id, in: transaction)
        let after = try body(before)
        if let before { return try keep(after, over: before, in: transaction) }
        try TaskTable.insert(after, in: transaction)
        return after
    }
}
