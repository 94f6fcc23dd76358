// What two nodes hand each other in one exchange.

import Foundation
import Outbox
import Vocabulary

/// Both directions alike: events for the other side, how far the other side's were applied, and a sign of life.
package struct LinkMessage: Codable, Sendable {
    package var node: NodeName
    package var events: [Envelope]
    /// How far this side has applied the other's events; `nil` before first contact.
    package var applied: EventCursor?
    package var heartbeat: Heartbeat
    /// Of the sender's process, new at each start; absent from older versions. What one process says later than it
    /// arrives is old news, not a restored database.
    package var run: UUID?
}

/// How a node is doing, for the pages of its neighbours.
package struct Heartbeat: Codable, Hashable, Sendable {
    /// By the sender's clock, so that skew can be shown.
    package var at: Timestamp
    package var version: String
    package var tier: Tier
    package var queueDepth: Int
    package var oldestQueuedAt: Timestamp?
    package var freeBytes: Int64
    package var totalBytes: Int64
    package var certificateExpiresAt: Timestamp?
    /// The links up from the sender, and those above it as far as it has heard; absent from older versions.
    package var uplinks: [UplinkReport]?
    /// How much lies before the sender's readers, and before those of nodes it has heard; absent from older versions.
    package var loads: [ReaderLoadReport]?
    /// Studies can be read at the sender; absent from older versions.
    package var reads: Bool?
}

/// How a link between two nodes does, for those below that cannot see it themselves.
package struct UplinkReport: Codable, Hashable, Sendable {
    package var from: NodeName
    package var to: NodeName
    /// Of `to`, once it was heard.
    package var tier: Tier?
    /// `nil` while it works.
    package var failingSince: Timestamp?
    package var trouble: Trouble?
}

/// What was last heard of a neighbour.
package struct PeerStatus: Hashable, Sendable {
    package var peer: NodeName
    /// By our own clock.
    package var heardAt: Timestamp
    package var heartbeat: Heartbeat?
}
