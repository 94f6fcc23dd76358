// The duty to read one study.

import Vocabulary

/// One study to be read, as one node sees it. Patient and study facts are the catalogue's; join on `study`.
package struct ReadingTask: Hashable, Codable, Sendable {
    package let id: TaskID
    package let study: StudyInstanceUID
    /// The node that acquired the study.
    package let origin: NodeName
    /// The only node at which the task can be claimed.
    package internal(set) var owner: NodeName
    /// The child that offered the task to this node; `nil` where the task was created.
    package internal(set) var cameFrom: NodeName?
    /// The node that an offer went to; kept once it is accepted, so that later news has a way to be asked for.
    package internal(set) var offeredTo: NodeName?
    package internal(set) var state: ReadingTaskState
    /// What the owner said last, while `state` is `.forwarded`.
    package internal(set) var remoteState: ReadingTaskState?
    package internal(set) var priority: Priority
    /// The routing rule that brought the study here.
    package internal(set) var ruleName: String?
    /// No rule matched: it is read at the nearest node that can.
    package internal(set) var isUnrouted: Bool
    package internal(set) var order: OrderID?
    /// As the order said when it was matched.
    package internal(set) var clinicalQuestion: String?
    package internal(set) var createdAt: Timestamp
    package internal(set) var imagesCompleteAt: Timestamp?
    /// The images are complete, but an order is expected until then.
    package internal(set) var orderAwaitedUntil: Timestamp?
    package internal(set) var readyAt: Timestamp?
    /// Who holds the task here, as radiologist (`.claimed`) or reviewer (`.preliminary`).
    package internal(set) var claimedBy: Person?
    package internal(set) var leaseUntil: Timestamp?
    /// The holder's name, here or at the owner.
    package internal(set) var claimedByName: String?
    package internal(set) var releasedAt: Timestamp?
    package internal(set) var deliveredAt: Timestamp?
    package internal(set) var acknowledgedAt: Timestamp?
    package internal(set) var acknowledgedByName: String?
    /// Why the report went back to its author, or the task was returned, recalled or cancelled.
    package internal(set) var reason: String?
    /// Counts what the owner changed; passes on with ownership, so that news about a task can be put in order.
    package internal(set) var revision: Int
    /// Counts every change of this row at this node; a writer that read an older one is refused.
    package internal(set) var changeNumber: Int
    package internal(set) var changedAt: Timestamp

    // MARK: The clock and who should read it

    /// What kind of work it is and until when it must be done; `nil` until it is ready here, and for a moment after its
    /// priority or order changed.
    package internal(set) var plan: TaskPlan?
    /// How far it is seen by now.
    package internal(set) var visibility: VisibilityStage = .own
    /// When it is seen further; `nil` where it never will be.
    package internal(set) var widensAt: Timestamp?
    /// On whose list it is put; anybody who sees it may still claim it.
    package internal(set) var assignedTo: Person?
    package internal(set) var assignedAt: Timestamp?
    package internal(set) var claimedAt: Timestamp?
    package internal(set) var handover: TaskHandover?
    /// The time that passed at other nodes since it was first ready, in milliseconds.
    package internal(set) var waitedBefore: Int64 = 0
    /// The parent was asked to read it because its time had run out.
    package internal(set) var parentAskedAt: Timestamp?
    /// Until when the owner elsewhere must have it done, by the owner's clock.
    package internal(set) var remoteDueAt: Timestamp?

    /// A released report was taken back, and the one that replaces it is not out yet.
    package var isBeingCorrected: Bool {
        releasedAt != nil && [.recalled, .ready, .claimed, .preliminary].contains(shownState)
    }

    /// What people are shown, wherever the task is owned: what this node knows about delivery and acknowledgement goes
    /// beyond what the owner has heard.
    package var shownState: ReadingTaskState {
        let known = state == .forwarded ? remoteState ?? .forwarded : state
        guard known == .released || known == .delivered else { return known }
        if acknowledgedAt != nil { return .acknowledged }
        return deliveredAt != nil ? .delivered : known
    }

    package func isOwned(by node: NodeName) -> Bool { owner == node && state != .forwarded }

    /// A lease that has run out holds nothing, even before it was swept up.
    package func isHeld(at time: Timestamp) -> Bool {
        guard claimedBy != nil, let leaseUntil else { return false }
        return leaseUntil > time
    }
}

/// What is known when a task is made at the node that acquired the study.
package struct NewReadingTask: Hashable, Sendable {
    package var id: TaskID
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var priority: Priority
    package var ruleName: String?
    package var isUnrouted: Bool
    package var order: OrderID?
    package var clinicalQuestion: String?

    package init(
        id: TaskID = .generate(), study: StudyInstanceUID, origin: NodeName, priority: Priority = .routine,
        ruleName: String? = nil, isUnrouted: Bool = false, order: OrderID? = nil, clinicalQuestion: String? = nil
    ) {
        self.id = id
        self.study = study
        self.origin = origin
        self.priority = priority
        self.ruleName = ruleName
        self.isUnrouted = isUnrouted
        self.order = order
        self.clinicalQuestion = clinicalQuestion
    }
}
