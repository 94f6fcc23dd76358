// A finding that somebody at the hospital must hear of at once.

import Foundation
import Vocabulary

/// One critical result (危急值) as nodes tell each other of it. Two nodes' versions are joined by `merged(with:)`; in what
/// order they hear of each other, and how often, makes no difference.
package struct CriticalResult: Hashable, Codable, Sendable, Identifiable {
    /// It came to a node below the reader's.
    package struct Arrival: Hashable, Codable, Sendable {
        package var node: NodeName
        /// By that node's clock.
        package var at: Timestamp

        package init(node: NodeName, at: Timestamp) {
            self.node = node
            self.at = at
        }
    }

    /// A named person has taken it upon them.
    package struct Acknowledgement: Hashable, Codable, Sendable {
        package var node: NodeName
        package var user: String
        package var name: String
        /// Who was told: the doctor in charge, the ward. Empty at the hospital itself where nobody else was.
        package var told: String
        /// Whoever was told by telephone said it back.
        package var wasReadBack: Bool
        /// By that node's clock.
        package var at: Timestamp
        /// Since it came to that node, by that node's clock, in milliseconds: true whatever the clock shows.
        package var sinceArrival: Int64

        package init(
            node: NodeName, user: String, name: String, told: String = "", wasReadBack: Bool = false, at: Timestamp,
            sinceArrival: Int64
        ) {
            self.node = node
            self.user = user
            self.name = name
            self.told = told
            self.wasReadBack = wasReadBack
            self.at = at
            self.sinceArrival = sinceArrival
        }
    }

    /// The reader was wrong. What was acknowledged before stays on record.
    package struct Withdrawal: Hashable, Codable, Sendable {
        package var name: String
        package var reason: String
        /// By the reader's node's clock.
        package var at: Timestamp

        package init(name: String, reason: String, at: Timestamp) {
            self.name = name
            self.reason = reason
            self.at = at
        }
    }

    package let id: UUID
    package var study: StudyInstanceUID
    /// The reading task, as every node names it.
    package var task: String
    /// Where the study was acquired: the hospital that must act.
    package var origin: NodeName
    /// Where it is read. Its clock counts the minutes.
    package var owner: NodeName
    /// Of the list, and its words then: lists change.
    package var code: String
    package var name: String
    package var note: String
    package var markedBy: String
    package var markedByName: String
    /// By the owner's clock.
    package var markedAt: Timestamp
    /// How many steps of the escalation are taken.
    package var level: Int
    package var arrivals: [Arrival]
    package var acknowledgements: [Acknowledgement]
    package var withdrawal: Withdrawal?

    package static let longestNote = 1000
    /// A study passes few nodes; more than this is no study's way.
    package static let mostNodes = 16

    package init(
        id: UUID = UUID(), study: StudyInstanceUID, task: String, origin: NodeName, owner: NodeName, code: String,
        name: String, note: String, markedBy: String, markedByName: String, markedAt: Timestamp
    ) {
        self.id = id
        self.study = study
        self.task = task
        self.origin = origin
        self.owner = owner
        self.code = code
        self.name = name
        self.note = note
        self.markedBy = markedBy
        self.markedByName = markedByName
        self.markedAt = markedAt
        level = 0
        arrivals = []
        acknowledgements = []
    }

    /// Nobody has answered for it yet, and it stands.
    package var isOpen: Bool { acknowledgements.isEmpty && withdrawal == nil }

    package var isAcknowledged: Bool { !acknowledgements.isEmpty }

    /// What both know. For each node the first word counts; who marked it, and what, never changes.
    package func merged(with other: CriticalResult) -> CriticalResult {
        guard other.id == id else { return self }
        var merged = self
        merged.level = max(level, other.level)
        merged.withdrawal = [withdrawal, other.withdrawal].compactMap { $0 }.min { $0.at < $1.at }
        merged.arrivals = Self.first(of: arrivals + other.arrivals, \.node, before: { $0.at < $1.at })
        merged.acknowledgements = Self.first(
            of: acknowledgements + other.acknowledgements, \.node, before: { ($0.at, $0.user) < ($1.at, $1.user) })
        return merged
    }

    private static func first<Item>(
        of items: [Item], _ node: (Item) -> NodeName, before: (Item, Item) -> Bool
    ) -> [Item] {
        Dictionary(grouping: items, by: node).compactMap { $0.value.min(by: before) }
            .sorted { node($0) < node($1) }.prefix(mostNodes).map { $0 }
    }
}

/// A critical result with what this node alone knows of it.
package struct KnownCriticalResult: Hashable, Sendable {
    package var result: CriticalResult
    /// The neighbour above that told of it; `nil` where it was marked.
    package var cameFrom: NodeName?
    /// When it was marked here or came here, by this node's clock.
    package var heardAt: Timestamp
    /// When the first acknowledgement or the withdrawal was known here, by this node's clock.
    package var settledAt: Timestamp?

    /// How long it has been open, or was, as this node's clock counts.
    package func openFor(at now: Timestamp) -> Duration { max(.zero, (settledAt ?? now).elapsed(since: heardAt)) }
}
