// Handing a task to another node, and back. At no moment two nodes own it.

import Database
import Vocabulary

extension TaskBook {
    // MARK: The node that offers

    /// Freezes the task and names the node it is offered to. Send `offer` of the returned task in the same transaction.
    @discardableResult
    package func offer(
        _ id: TaskID, to destination: NodeName, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if task.state == .offered, task.offeredTo != destination {
                throw ReadingError.refused(.frozenByOffer, task)
            }
            try step(&task, .offered)
            task.offeredTo = destination
        }
    }

    /// The other node's durable answer to an offer, or its giving back later. Told twice, or told late, it changes
    /// nothing. `nil` where this node never had the task.
    @discardableResult
    package func receiveAnswer(
        _ answer: TaskOwnership, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask? {
        guard let known = try task(answer.task, in: transaction) else { return nil }
        let isWaited = known.state == .offered || (known.state == .forwarded && answer.owner == node)
        guard isWaited, answer.revision > known.revision else { return known }
        return try change(known.id, at: time, in: transaction) { task in
            if answer.owner == node {
                try step(&task, .ownershipReturned(wasReady: task.readyAt != nil))
                task.offeredTo = nil
                task.remoteState = nil
                task.claimedByName = nil
            } else {
                try step(&task, .ownershipPassed)
            }
            task.owner = answer.owner
            task.reason = answer.reason
            task.revision = answer.revision
        }
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
        let owner = accepting ? node : child
        guard let known = try task(offer.task, in: transaction) else {
            let task = ReadingTask(
                id: offer.task, study: offer.study, origin: offer.origin, owner: owner, cameFrom: child,
                state: accepting ? .waitingForImages : .forwarded, priority: offer.priority, ruleName: ruleName,
                isUnrouted: isUnrouted, order: offer.order, clinicalQuestion: offer.clinicalQuestion,
                createdAt: offer.createdAt, reason: accepting ? nil : reason, revision: offer.revision + 1,
                changeNumber: 1, changedAt: time)
            try TaskTable.insert(task, in: transaction)
            return task
        }
        guard known.owner != node, known.state == .forwarded, offer.revision > known.revision else { return known }
        return try change(known.id, at: time, in: transaction) { task in
            if accepting { try step(&task, .ownershipReturned(wasReady: task.readyAt != nil)) }
            task.owner = owner
            task.cameFrom = child
            task.offeredTo = nil
            task.remoteState = nil
            task.claimedByName = nil
            task.priority = offer.priority
            task.ruleName = ruleName
            task.isUnrouted = isUnrouted
            task.order = offer.order ?? task.order
            task.clinicalQuestion = offer.clinicalQuestion ?? task.clinicalQuestion
            task.reason = accepting ? nil : reason
            task.revision = offer.revision + 1
        }
    }

    /// Gives an accepted task back to the child it came from, because it asked for it or because it can't be read here.
    /// Refused while somebody is reading. Send `ownership` of the returned task in the same transaction.
    @discardableResult
    package func giveBack(
        _ id: TaskID, reason: String?, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if task.state == .forwarded, task.owner == task.cameFrom { return }
            guard let child = task.cameFrom else { throw ReadingError.refused(.createdHere, task) }
            guard task.state != .offered else { throw ReadingError.refused(.frozenByOffer, task) }
            guard task.owner == node else { throw ReadingError.refused(.ownedElsewhere, task) }
            try step(&task, .ownershipPassed)
            task.owner = child
            task.reason = reason
        }
    }

    // MARK: News from the owner

    /// Mirrors what the owner said about a task that is read elsewhere. News that is older than what is known, or about
    /// a task that this node owns itself, changes nothing. `nil` where this node does not have the task.
    @discardableResult
    package func mirrorRemoteState(
        _ notice: TaskNotice, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask? {
        guard let known = try task(notice.task, in: transaction) else { return nil }
        guard known.state == .forwarded || known.state == .offered, notice.owner != node,
            notice.revision > known.revision || isFirstNews(notice, of: known)
        else { return known }
        return try change(known.id, at: time, in: transaction) { task in
            try step(&task, .ownershipPassed)
            task.owner = notice.owner
            task.remoteState = notice.state
            task.claimedByName = notice.claimedByName
            task.priority = notice.priority
            task.reason = notice.reason
            if let before = task.releasedAt, before != notice.releasedAt {
                // Another release, after a recall: what was delivered and acknowledged is the report before it.
                task.deliveredAt = nil
                task.acknowledgedAt = nil
                task.acknowledgedByName = nil
            }
            task.releasedAt = notice.releasedAt
            task.revision = notice.revision
        }
    }

    /// An answer carries the owner's counter, but not yet its state.
    private func isFirstNews(_ notice: TaskNotice, of task: ReadingTask) -> Bool {
        task.state == .forwarded && task.remoteState == nil && notice.revision == task.revision
    }
}
