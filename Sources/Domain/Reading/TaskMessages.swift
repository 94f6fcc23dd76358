// What nodes tell each other about tasks: the payloads of StudyFlow's events.

import Vocabulary

/// Ownership is offered to another node. Made by `ReadingTask.offer` once `TaskBook.offer` has frozen the task.
package struct TaskOffer: Hashable, Codable, Sendable {
    package var task: TaskID
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var priority: Priority
    package var order: OrderID?
    package var clinicalQuestion: String?
    package var createdAt: Timestamp
    package var revision: Int
    /// How long it was ready before it was offered, so that its clock runs on whatever the clocks of both nodes say.
    package var waitedMilliseconds: Int64?

    package init(
        task: TaskID, study: StudyInstanceUID, origin: NodeName, priority: Priority, order: OrderID? = nil,
        clinicalQuestion: String? = nil, createdAt: Timestamp, revision: Int, waitedMilliseconds: Int64? = nil
    ) {
        self.waitedMilliseconds = waitedMilliseconds
        self.task = task
        self.study = study
        self.origin = origin
        self.priority = priority
        self.order = order
        self.clinicalQuestion = clinicalQuestion
        self.createdAt = createdAt
        self.revision = revision
    }
}

/// Ownership as it stands after an answer to an offer: accepted, declined, or given back later.
package struct TaskOwnership: Hashable, Codable, Sendable {
    package var task: TaskID
    package var owner: NodeName
    package var reason: String?
    package var revision: Int

    package init(task: TaskID, owner: NodeName, reason: String? = nil, revision: Int) {
        self.task = task
        self.owner = owner
        self.reason = reason
        self.revision = revision
    }
}

/// The owner's state of a task, on its way down to the node that acquired the study.
package struct TaskNotice: Hashable, Codable, Sendable {
    package var task: TaskID
    package var study: StudyInstanceUID
    package var state: ReadingTaskState
    package var owner: NodeName
    package var claimedByName: String?
    package var priority: Priority
    package var reason: String?
    /// Tells one release from the next after a recall.
    package var releasedAt: Timestamp?
    package var revision: Int
    package var at: Timestamp
    /// By the owner's clock.
    package var dueAt: Timestamp?

    package init(
        task: TaskID, study: StudyInstanceUID, state: ReadingTaskState, owner: NodeName, claimedByName: String? = nil,
        priority: Priority, reason: String? = nil, releasedAt: Timestamp? = nil, revision: Int, at: Timestamp,
        dueAt: Timestamp? = nil
    ) {
        self.dueAt = dueAt
        self.task = task
        self.study = study
        self.state = state
        self.owner = owner
        self.claimedByName = claimedByName
        self.priority = priority
        self.reason = reason
        self.releasedAt = releasedAt
        self.revision = revision
        self.at = at
    }
}

extension ReadingTask {
    package var offer: TaskOffer {
        TaskOffer(
            task: id, study: study, origin: origin, priority: priority, order: order,
            clinicalQuestion: clinicalQuestion, createdAt: createdAt, revision: revision,
            waitedMilliseconds: plan.map { max(0, changedAt.elapsed(since: $0.startedAt).milliseconds) })
    }

    package var ownership: TaskOwnership {
        TaskOwnership(task: id, owner: owner, reason: reason, revision: revision)
    }

    /// For the child the task came from, after each change that `TaskBook` returns.
    package var notice: TaskNotice {
        TaskNotice(
            task: id, study: study, state: state == .forwarded ? remoteState ?? .forwarded : state, owner: owner,
            claimedByName: claimedByName, priority: priority, reason: reason, releasedAt: releasedAt,
            revision: revision, at: changedAt, dueAt: state == .forwarded ? remoteDueAt : plan?.dueAt)
    }
}
