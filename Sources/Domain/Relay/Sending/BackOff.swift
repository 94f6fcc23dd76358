// How long to wait after failures.

import Vocabulary

/// Doubles from `first` to `cap`; the second half of each wait is random, so that the children of a parent that comes
/// back don't all call in the same instant. There is no last attempt.
package struct BackOff: Hashable, Sendable {
    package var first: Duration
    package var cap: Duration

    package init(first: Duration = .seconds(1), cap: Duration = .seconds(60)) {
        self.first = first
        self.cap = cap
    }

    /// - Parameters:
    ///   - failures: failures in a row, 1 for the first.
    ///   - random: 0 ..< 1.
    package func delay(afterFailures failures: Int, random: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 40)
        let whole = min(Double(first.milliseconds) * Double(UInt64(1) << UInt64(doublings)), Double(cap.milliseconds))
        return .milliseconds(Int64(whole / 2 + whole / 2 * min(max(random, 0), 1)))
    }
}
