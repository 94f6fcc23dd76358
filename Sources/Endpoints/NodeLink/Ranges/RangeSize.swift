// How much to send at a time.

/// Grows with what the line carried since it last broke, so that a break costs a small part of what went before it, and a
/// line that lasts pays few round trips.
struct RangeSize: Hashable, Sendable {
    static let smallest: Int64 = 256 << 10
    private let largest: Int64
    private var carried: Int64 = 0

    init(largest: Int64) { self.largest = max(largest, 1) }

    mutating func add(_ bytes: Int64) { carried += bytes }

    /// In bytes: a sixteenth of what was carried, as a power of two times the smallest.
    var next: Int64 {
        var size = Self.smallest
        while size * 2 <= carried / 16, size * 2 <= largest { size *= 2 }
        return min(size, largest)
    }
}
