// Who owns a task after whatever happens to it. Pure, so that every interleaving can be tried.

import Vocabulary

/// The rules by which one node changes a task and by which tasks pass from node to node: a task as it was and what
/// happened in, the task as it is afterwards out. `TaskBook` keeps the results; the model test runs these same functions
/// on several nodes in every order of messages.
///
/// Ownership passes by offer and durable answer only. The node that offered stays frozen until it hears one, however long
/// that takes: the other may have accepted already. It gets the task back by an answer too, one that says who owns it.
package struct TaskOwnershipRules: Hashable, Sendable {
    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    // MARK: Changing

    /// The task after `body`, with its counters moved on; the same task where nothing changed.
    package func changed(
        _ before: ReadingTask, at time: Timestamp, _ body: (inout ReadingTask) throws -> Void
    ) rethrows -> ReadingTask {
        var task = before
        try body(&task)
        guard task != before else { return before }
        if task.owner != before.owner { task.leaveDesk() }
        // What the clock was worked out from is no longer so.
        if task.priority != before.priority || task.order != before.order { task.plan = nil }
        if task.revision == before.revision, before.owner == node, !isFrozen(before, task),
            !before.tellsTheSame(as: task)
        {
            task.revision += 1
        }
        task.changeNumber += 1
        task.changedAt = time
        return task
    }

    /// The counter stands still while an offer is out, so that whoever accepts counts on from where this node stopped.
    private func isFrozen(_ before: ReadingTask, _ after: ReadingTask) -> Bool {
        before.state == .offered && after.state == .offered
    }

    /// Moves the task along an arrow of the state machine.
    package static func step(_ task: inout ReadingTask, _ event: ReadingTaskEvent) throws {
        switch ReadingTaskStateMachine.transition(from: task.state, on: event) {
        case .to(let state): task.state = state
        case .unchanged: break
        case .refused(let refusal): throw ReadingError.refused(refusal, task)
        }
    }

    // MARK: The node that offers

    /// Frozen, and offered to `destination`.
    package func offered(
        _ task: ReadingTask, to destination: NodeName, at time: Timestamp
    ) throws -> ReadingTask {
        try changed(task, at: time) { task in
            if task.state == .offered, task.offeredTo != destination {
                throw ReadingError.refused(.frozenByOffer, task)
            }
            try Self.step(&task, .offered)
            task.offeredTo = destination
        }
    }

    /// The other node's durable answer to an offer or a withdrawal, or its giving back later.
    package func answered(
        _ known: ReadingTask, by answer: TaskOwnership, at time: Timestamp
    ) throws -> ReadingTask {
        let isWaited = known.state == .offered || (known.state == .forwarded && answer.owner == node)
        guard isWaited, answer.revision > known.revision else { return known }
        return try changed(known, at: time) { task in
            if answer.owner == node {
                try Self.step(&task, .ownershipReturned(wasReady: task.readyAt != nil))
                task.offeredTo = nil
                task.remoteState = nil
                task.claimedByName = nil
            } else {
                try Self.step(&task, .ownershipPassed)
            }
            task.owner = answer.owner
            task.reason = answer.reason
            task.revision = answer.revision
        }
    }

    // MARK: The node that receives

    /// What a node makes of an offer beside the task itself.
    package struct Reception: Hashable, Sendable {
        package var accepting: Bool
        package var reason: String?
        package var ruleName: String?
        package var isUnrouted: Bool

        package init(
            accepting: Bool = true, reason: String? = nil, ruleName: String? = nil, isUnrouted: Bool = false
        ) {
            self.accepting = accepting
            self.reason = reason
            self.ruleName = ruleName
            self.isUnrouted = isUnrouted
        }
    }

    /// The offer accepted or declined; either way the answer stays in the task, so that the same offer told again gets
    /// the same one. What comes late changes nothing.
    package func received(
        _ offer: TaskOffer, from child: NodeName, as reception: Reception, known: ReadingTask?, at time: Timestamp
    ) throws -> ReadingTask {
        let owner = reception.accepting ? node : child
        let reason = reception.accepting ? nil : reception.reason
        guard let known else {
            return ReadingTask(
                id: offer.task, study: offer.study, origin: offer.origin, owner: owner, cameFrom: child,
                state: reception.accepting ? .waitingForImages : .forwarded, priority: offer.priority,
                ruleName: reception.ruleName, isUnrouted: reception.isUnrouted, order: offer.order,
                clinicalQuestion: offer.clinicalQuestion, createdAt: offer.createdAt, reason: reason,
                revision: offer.revision + 1, changeNumber: 1, changedAt: time,
                waitedBefore: offer.waitedMilliseconds ?? 0)
        }
        guard known.owner != node, known.state == .forwarded, offer.revision > known.revision else { return known }
        return try changed(known, at: time) { task in
            if reception.accepting { try Self.step(&task, .ownershipReturned(wasReady: task.readyAt != nil)) }
            task.owner = owner
            task.cameFrom = child
            task.offeredTo = nil
            task.remoteState = nil
            task.claimedByName = nil
            task.priority = offer.priority
            task.ruleName = reception.ruleName
            task.isUnrouted = reception.isUnrouted
            task.order = offer.order ?? task.order
            task.clinicalQuestion = offer.clinicalQuestion ?? task.clinicalQuestion
            task.reason = reason
            task.revision = offer.revision + 1
        }
    }

    /// The child wants back what it offered. An offer that never came is declined for good, should it still come; one that
    /// was accepted is given back while nobody reads it; otherwise the task stays where it is, and the answer says so.
    package func withdrawn(
        _ offer: TaskOffer, by child: NodeName, reason: String?, known: ReadingTask?, at time: Timestamp
    ) throws -> ReadingTask {
        if let known, known.isOwned(by: node) {
            guard known.cameFrom == child, known.isUntouched else { return known }
            return try givenBack(known, reason: reason, at: time)
        }
        return try received(offer, from: child, as: Reception(accepting: false, reason: reason), known: known, at: time)
    }

    /// Given back to the child that the task came from.
    package func givenBack(_ task: ReadingTask, reason: String?, at time: Timestamp) throws -> ReadingTask {
        try changed(task, at: time) { task in
            if task.state == .forwarded, task.owner == task.cameFrom { return }
            guard let child = task.cameFrom else { throw ReadingError.refused(.createdHere, task) }
            guard task.state != .offered else { throw ReadingError.refused(.frozenByOffer, task) }
            guard task.owner == node else { throw ReadingError.refused(.ownedElsewhere, task) }
            try Self.step(&task, .ownershipPassed)
            task.owner = child
            task.reason = reason
        }
    }

    // MARK: News from the owner

    /// What the owner said about a task that is read elsewhere. News that is older than what is known, or about a task
    /// that this node owns itself, changes nothing.
    package func mirrored(_ notice: TaskNotice, known: ReadingTask, at time: Timestamp) throws -> ReadingTask {
        guard known.state == .forwarded || known.state == .offered, notice.owner != node,
            notice.revision > known.revision || isFirstNews(notice, of: known)
        else { return known }
        return try changed(known, at: time) { task in
            try Self.step(&task, .ownershipPassed)
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
            task.remoteDueAt = notice.dueAt
        }
    }

    /// An answer carries the owner's counter, but not yet its state.
    private func isFirstNews(_ notice: TaskNotice, of task: ReadingTask) -> Bool {
        task.state == .forwarded && task.remoteState == nil && notice.revision == task.revision
    }
}

extension ReadingTask {
    /// Whoever owns it now has lists and a clock of its own.
    mutating func leaveDesk() {
        plan = nil
        visibility = .own
        widensAt = nil
        assignedTo = nil
        assignedAt = nil
        handover = nil
        remoteDueAt = nil
    }

    /// Nobody has begun with it: it may still go elsewhere.
    package var isUntouched: Bool { state == .ready || state == .waitingForImages }

    /// Nothing differs that another node is told. Renewing a lease is nobody else's news.
    func tellsTheSame(as other: ReadingTask) -> Bool {
        var notice = notice
        notice.at = other.notice.at
        return notice == other.notice
    }
}
