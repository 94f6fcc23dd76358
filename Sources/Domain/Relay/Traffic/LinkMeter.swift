// How fast a link is just now.

import Vocabulary

/// Bytes per second over the last `span` seconds, kept as one sum for each second.
struct LinkMeter: Hashable, Sendable {
    static let span = 10

    private var sums: [Int64] = Array(repeating: 0, count: span)
    /// The second that the newest sum belongs to.
    private var second: Int64 = 0
    /// When what is being measured began; a pause as long as the span ends it.
    private var startedAt: Duration?

    mutating func count(_ bytes: Int, at now: Duration) {
        roll(to: now)
        if startedAt == nil { startedAt = now }
        sums[slot(second)] += Int64(bytes)
    }

    mutating func rate(at now: Duration) -> Double {
        roll(to: now)
        guard let startedAt else { return 0 }
        // A transfer that began a moment ago is not averaged with the silence before it, nor over less than a second.
        let measured = min(max(now - startedAt, .seconds(1)), .seconds(Self.span - 1) + within(now))
        return Double(sums.reduce(0, +)) / (measured / .seconds(1))
    }

    private mutating func roll(to now: Duration) {
        let current = now.components.seconds
        guard current > second else { return }
        for step in 1...min(current - second, Int64(Self.span)) { sums[slot(second + step)] = 0 }
        second = current
        if sums.allSatisfy({ $0 == 0 }) { startedAt = nil }
    }

    private func within(_ now: Duration) -> Duration { now - .seconds(second) }

    private func slot(_ second: Int64) -> Int { Int(second % Int64(Self.span)) }
}
