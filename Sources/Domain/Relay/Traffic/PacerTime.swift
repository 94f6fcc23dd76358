// Monotonic time and waiting, for whoever paces a link.

import Dispatch
import Glibc
import Vocabulary

/// The time since some moment, and a way for a thread to wait for it; tests bring their own.
package struct PacerTime: Sendable {
    /// Never goes back, and knows nothing of the wall clock being set.
    package var now: @Sendable () -> Duration
    /// Blocks the calling thread for the time given.
    package var block: @Sendable (Duration) -> Void

    package init(now: @escaping @Sendable () -> Duration, block: @escaping @Sendable (Duration) -> Void) {
        self.now = now
        self.block = block
    }

    package static let system = PacerTime(
        now: { .nanoseconds(Int64(clamping: DispatchTime.now().uptimeNanoseconds)) },
        block: { duration in
            let (seconds, attoseconds) = duration.components
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            nanosleep(&time, nil)
        })
}
