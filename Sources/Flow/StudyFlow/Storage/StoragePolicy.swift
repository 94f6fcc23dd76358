// How long this node keeps files, and how it looks after them.

import Archive
import Vocabulary

package struct StoragePolicy: Hashable, Sendable {
    /// No file goes before its study has been here unchanged for this long; `nil`: files stay for ever.
    package var retention: Duration?
    /// Nodes above that must hold an instance before its file may go; no more than there are.
    package var copies: Int
    /// Files go when more of the disk than this is used, in per cent …
    package var evictAbovePercent: Int
    /// … until no more than this is.
    package var evictToPercent: Int
    /// What images leave alone.
    package var reserve: SpaceReserve
    /// Every file is read again and compared within this time; `nil`: never.
    package var verifyPeriod: Duration?
    /// The re-hash reads no faster, in bytes a second.
    package var verifyRate: Int64
    /// When studies that are read here are copied to the node above; `nil`: not at all.
    package var custodyWindow: DailyWindow?
    /// Of what is kept although it was refused.
    package var quarantine = QuarantineBounds()
    /// Operators and reviewers may see what was rejected, where they ask for it.
    package var showsRejected = true

    package static let day: Duration = .seconds(24 * 3600)
    /// What a person fetched back stays at least this long.
    package static let recallKept = day * 7

    package init(
        retention: Duration? = day * 365, copies: Int = 2, evictAbovePercent: Int = 85, evictToPercent: Int = 80,
        reserve: SpaceReserve = SpaceReserve(minimumBytes: 1 << 30, minimumPercent: 2),
        verifyPeriod: Duration? = day * 30, verifyRate: Int64 = 10 << 20,
        custodyWindow: DailyWindow? = DailyWindow("22:00-06:00")
    ) {
        self.retention = retention
        self.copies = copies
        self.evictAbovePercent = evictAbovePercent
        self.evictToPercent = evictToPercent
        self.reserve = reserve
        self.verifyPeriod = verifyPeriod
        self.verifyRate = verifyRate
        self.custodyWindow = custodyWindow
    }
}

extension LocalNode {
    /// Every node above that this one knows the way to.
    package var nodesAbove: Set<NodeName> { Set(parents).union(reachable.keys) }

    /// How many of them must hold an instance before its file may go here; `nil` where nobody is above: then it stays.
    package var copiesNeeded: Int? {
        nodesAbove.isEmpty ? nil : max(1, min(storage.copies, nodesAbove.count))
    }
}
