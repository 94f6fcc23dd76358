// Counts of deliveries, for pages, heartbeats and the command line.

import Vocabulary

package struct DeliveryCounts: Hashable, Sendable {
    package var held = 0
    package var waiting = 0
    package var sending = 0
    package var sent = 0
    package var done = 0
    package var parked = 0
    package var cancelled = 0

    package init() {}

    package var total: Int { held + waiting + sending + sent + done + parked + cancelled }
    /// Not yet on the other side for certain.
    package var open: Int { held + waiting + sending + sent + parked }

    subscript(state: DeliveryState) -> Int {
        get {
            switch state {
            case .held: held
            case .waiting: waiting
            case .sending: sending
            case .sent: sent
            case .done: done
            case .parked: parked
            case .cancelled: cancelled
            }
        }
        set {
            switch state {
            case .held: held = newValue
            case .waiting: waiting = newValue
            case .sending: sending = newValue
            case .sent: sent = newValue
            case .done: done = newValue
            case .parked: parked = newValue
            case .cancelled: cancelled = newValue
            }
        }
    }
}

/// How far one study has come toward one destination.
package struct DeliveryProgress: Hashable, Sendable {
    package var destination: NodeName
    package var counts: DeliveryCounts
    package var bytesTotal: Int64
    /// Of instances sent or done, and what was carried in ranges of the others.
    package var bytesSent: Int64
    /// A sentence of one delivery that failed last, if any waits or is parked.
    package var lastError: String?
    /// When the oldest delivery that is not proven yet was queued.
    package var oldestOpenAt: Timestamp?

    package var isComplete: Bool { counts.open == 0 }
}

/// Part of a study that one destination is owed.
package struct OpenDeliveries: Hashable, Sendable {
    package var destination: NodeName
    /// `waiting` (also held and being sent), `sent` or `parked`.
    package var state: DeliveryState
    package var instances: Int
    /// When the first of them was queued.
    package var oldest: Timestamp
    package var lastError: String?
    package var lastStatus: DIMSEStatus?
    package var nextAttemptAt: Timestamp?
}

/// A link that fails.
package struct LinkTrouble: Hashable, Sendable {
    package var failingSince: Timestamp
    package var nextAttemptAt: Timestamp?
    package var lastError: String?
}

/// What one destination is owed, and how its link does.
package struct DestinationSummary: Hashable, Sendable {
    package var destination: NodeName
    /// Of open deliveries only: `done` and `cancelled` stay 0.
    package var counts: DeliveryCounts
    /// Of deliveries held, waiting or being sent.
    package var bytesWaiting: Int64
    /// When the oldest delivery that is not yet sent, or is parked, was queued.
    package var oldestCreatedAt: Timestamp?
    /// Of the link while it fails, else of the delivery that failed last.
    package var lastError: String?
    /// Since when no association could be had or kept; `nil` while the link works.
    package var failingSince: Timestamp?
    /// When the link is tried again.
    package var nextAttemptAt: Timestamp?
    /// How fast the link was when it was last measured.
    package var rate: LinkRate?
}

/// What an operator looks for.
package struct DeliveryFilter: Hashable, Sendable {
    package var destination: NodeName?
    package var study: StudyInstanceUID?
    package var states: [DeliveryState]
    /// Only deliveries that failed at least once and wait for another attempt.
    package var retrying: Bool

    package init(
        destination: NodeName? = nil, study: StudyInstanceUID? = nil, states: [DeliveryState] = DeliveryState.open,
        retrying: Bool = false
    ) {
        self.destination = destination
        self.study = study
        self.states = states
        self.retrying = retrying
    }
}

package struct DeliveryPage: Hashable, Sendable {
    package var deliveries: [Delivery]
    /// How many the filter finds in all.
    package var total: Int
}
