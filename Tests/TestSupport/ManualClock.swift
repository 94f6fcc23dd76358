// Time that a test sets.

import Observability
import Vocabulary

package final class ManualClock: Sendable {
    private let time: LockedBox<Timestamp>

    package init(_ start: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) { time = LockedBox(start) }

    package var wallClock: WallClock { WallClock { [time] in time.withLock { $0 } } }
    package var now: Timestamp { time.withLock { $0 } }
    package func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
