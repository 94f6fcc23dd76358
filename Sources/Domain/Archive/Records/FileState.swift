// Whether an instance's bytes are on this disk.

import Database
import Vocabulary

/// Where the file of an instance is. The row, its digest and its receipts stay, whatever becomes of the file.
///
/// ```
/// here ─eviction─▶ evicting ─unlink─▶ evicted ─fetched back─▶ here
///   ├─re-hash─▶ damaged, missing ─repaired─▶ here
///   └─kept long enough─▶ destroying ─unlink─▶ destroyed
/// ```
package enum FileState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    case here
    /// Given up, the file is about to be removed: killed in between, the node goes on removing at its next start.
    case evicting
    /// Kept by nodes above; it can be fetched back.
    case evicted
    /// The file did not hash to its digest and lies aside.
    case damaged
    /// The file was not at its place.
    case missing
    /// Rejected, and kept for as long as law and site ask: the file is about to be removed for good.
    case destroying
    /// Gone for good. The row stays as a tombstone.
    case destroyed

    /// Nobody meant it to be away.
    package static let faults: [FileState] = [.damaged, .missing]

    package var isFault: Bool { Self.faults.contains(self) }
    /// Given up on purpose; nodes above keep it.
    package var isEvicted: Bool { self == .evicting || self == .evicted }
    /// Given up for good.
    package var isDestroyed: Bool { self == .destroying || self == .destroyed }
}

/// An instance whose file is not at its place: a row of `away_instance`, part of the ledger.
package struct Absence: Hashable, Sendable {
    /// As it was when the file went.
    package var instance: InstanceRecord
    package var state: FileState
    package var since: Timestamp
    /// What was wrong with it, for the operator; `nil` for one that was evicted.
    package var reason: String?
    /// Where the damaged file lies, relative to the archive.
    package var asidePath: String?
}

/// How much of a study is on this disk.
package struct StudyFiles: Hashable, Sendable {
    /// Instances in each state; a state without any is missing.
    package var counts: [FileState: Int]

    package init(counts: [FileState: Int] = [:]) { self.counts = counts }

    package subscript(state: FileState) -> Int { counts[state] ?? 0 }
    package var evicted: Int { self[.evicting] + self[.evicted] }
    package var faults: Int { self[.damaged] + self[.missing] }
    package var away: Int { evicted + faults }
}
