// How much of the disk images must leave alone.

/// What is kept free for the database, for reports and for what is under way. Images are refused below it; reports are
/// not: they are small, and they are what everybody waits for.
package struct SpaceReserve: Hashable, Sendable {
    package var minimumBytes: Int64
    /// Of the whole disk, 0 to 100.
    package var minimumPercent: Int

    package init(minimumBytes: Int64, minimumPercent: Int = 0) {
        self.minimumBytes = minimumBytes
        self.minimumPercent = minimumPercent
    }

    /// The stricter of the two, in bytes.
    package func bytes(of space: FreeSpace) -> Int64 {
        max(minimumBytes, space.total / 100 * Int64(minimumPercent))
    }

    /// Whether `bytes` more may be taken in.
    package func admits(_ bytes: Int64 = 0, in space: FreeSpace) -> Bool { space.free - bytes >= self.bytes(of: space) }
}

extension FreeSpace {
    /// In per cent of the disk, rounded down.
    package var usedPercent: Int { total > 0 ? Int((total - min(free, total)) * 100 / total) : 0 }
}
