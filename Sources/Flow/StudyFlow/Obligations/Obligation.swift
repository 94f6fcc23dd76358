// What some node still owes.

import Archive
import Vocabulary

/// One debt: who owes what to whom, since when, and why it is not settled.
package struct Obligation: Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        // In the order of a study's way; where one study owes several things, the first of them holds up the rest.
        /// A child announced images that are not here.
        case incoming
        /// The same bytes, or the same UIDs, mean two things: a person decides.
        case conflict
        /// Something about it fails here: it goes no further until a person mends that.
        case stuck
        /// Refused for good; a person acts.
        case parked
        /// Images to be sent to a node above.
        case images
        /// Sent, and not signed for yet.
        case receipts
        /// A hop further up has not been proven.
        case onward
        /// A reading task was offered and nobody has answered.
        case offer
        /// New images are to be taken.
        case retake
        /// Unread for longer than its priority allows.
        case reading
        /// Signed, and not at the hospital yet.
        case reportDelivery = "report_delivery"
        /// The report is announced and could not be fetched yet.
        case reportFetch = "report_fetch"
        /// Nobody at the hospital has said that the report was seen.
        case acknowledgement
        /// Messages to a neighbour.
        case events
        /// A neighbour's message that could not be applied.
        case parkedEvent = "parked_event"
    }

    package var kind: Kind
    package var study: StudyInstanceUID?
    /// The blocking hop: who owes.
    package var from: NodeName
    /// To whom; the same node where it owes it to its own people.
    package var to: NodeName
    /// Instances, events or conflicts.
    package var count: Int
    package var since: Timestamp
    package var trouble: Trouble?
    /// As it was written down, for a technician.
    package var lastError: String?
    package var nextAttemptAt: Timestamp?
    /// False where `to` is not configured any more: it will never get there.
    package var isConfigured = true
    /// Of the task, the event, or the conflict where it is only one.
    package var reference: String?

    package init(
        _ kind: Kind, study: StudyInstanceUID? = nil, from: NodeName, to: NodeName, count: Int = 1, since: Timestamp
    ) {
        self.kind = kind
        self.study = study
        self.from = from
        self.to = to
        self.count = count
        self.since = since
    }
}

/// Everything that is owed about one study; or one thing that belongs to no study.
package struct ObligationGroup: Sendable {
    package var study: StudyInstanceUID?
    package var record: StudyRecord?
    package var priority: Priority
    /// Of its oldest debt.
    package var since: Timestamp
    /// In the order of a study's way: the first holds up the others.
    package var obligations: [Obligation]
}

package struct ObligationPage: Sendable {
    package var groups: [ObligationGroup]
    /// Of groups, all pages.
    package var total: Int
}

package struct ObligationSummary: Hashable, Sendable {
    /// Of groups.
    package var total: Int
    package var oldest: Timestamp?
}
