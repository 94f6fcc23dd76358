// One event on its way between nodes.

import Database
import Foundation
import Vocabulary

/// Each peer's events go in two rows; the urgent one is emptied first.
package enum Lane: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    case urgent
    case normal
}

/// An event as it stands in one hop's outbox.
///
/// `id`, `origin`, `destination`, `type`, `version`, `payload` and `createdAt` stay as they are over all hops; `epoch`,
/// `lane` and `sequence` belong to the hop.
package struct Envelope: Hashable, Codable, Sendable, Identifiable {
    /// The sending database's; another one after it was restored from a backup.
    package var epoch: UUID
    package var lane: Lane
    /// From 1, without gaps, per peer and lane.
    package var sequence: Int64
    package var id: UUID
    /// Who wrote it.
    package var origin: NodeName
    /// Whom it is for; not the peer, where nodes between relay it.
    package var destination: NodeName
    package var type: String
    /// Of the payload's format.
    package var version: Int
    /// JSON.
    package var payload: String
    /// By the origin's clock.
    package var createdAt: Timestamp

    package init(
        epoch: UUID, lane: Lane, sequence: Int64, id: UUID, origin: NodeName, destination: NodeName, type: String,
        version: Int, payload: String, createdAt: Timestamp
    ) {
        self.epoch = epoch
        self.lane = lane
        self.sequence = sequence
        self.id = id
        self.origin = origin
        self.destination = destination
        self.type = type
        self.version = version
        self.payload = payload
        self.createdAt = createdAt
    }
}

/// How far a receiver has applied a peer's events.
package struct EventCursor: Hashable, Codable, Sendable {
    package var epoch: UUID
    package var urgent: Position
    package var normal: Position

    /// The last event applied of one lane. The id shows a sender whose database was restored from a backup that it has
    /// given a number twice.
    package struct Position: Hashable, Codable, Sendable {
        package var sequence: Int64
        package var id: UUID?

        package init(sequence: Int64 = 0, id: UUID? = nil) {
            self.sequence = sequence
            self.id = id
        }
    }

    package init(epoch: UUID, urgent: Position = Position(), normal: Position = Position()) {
        self.epoch = epoch
        self.urgent = urgent
        self.normal = normal
    }

    package subscript(lane: Lane) -> Position {
        get { lane == .urgent ? urgent : normal }
        set { if lane == .urgent { urgent = newValue } else { normal = newValue } }
    }
}

extension Envelope {
    /// From a row of `outbox_event` or `parked_event`.
    init(_ row: Row, epoch: UUID) throws {
        self.init(
            epoch: epoch, lane: try row["lane"], sequence: try row["sequence"], id: try row.uuid("id"),
            origin: try row["origin"], destination: try row["destination"], type: try row["type"],
            version: try row["version"], payload: try row["payload"], createdAt: try row["created_at"])
    }
}

extension Row {
    func uuid(_ column: String) throws -> UUID {
        guard let value = UUID(uuidString: try self[column]) else {
            throw OutboxError(code: .unreadable, message: "column \(column) does not hold a UUID")
        }
        return value
    }
}
