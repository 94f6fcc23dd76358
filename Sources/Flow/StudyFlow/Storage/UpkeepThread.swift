// Blocking work that may take its time.

import Foundation
import Observability

/// A thread for each piece of work, below everybody else's priority.
enum UpkeepThread {
    /// Set when the task is cancelled; the work looks at it whenever it waits.
    final class Stop: Sendable {
        private let isStopped = LockedBox(false)

        fileprivate func stop() { isStopped.withLock { $0 = true } }

        /// - Throws: `CancellationError`.
        func check() throws {
            if isStopped.withLock({ $0 }) { throw CancellationError() }
        }

        func sleep(seconds: Double) throws {
            var left = seconds
            try check()
            while left > 0 {
                Thread.sleep(forTimeInterval: min(left, 0.2))
                left -= 0.2
                try check()
            }
        }
    }

    static func run<Result: Sendable>(
        _ body: @escaping @Sendable (Stop) throws -> Result
    ) async throws -> Result {
        let stop = Stop()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    // On Linux this is the thread's own.
                    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                    continuation.resume(with: Swift.Result { try body(stop) })
                }
                thread.name = "jieli.upkeep"
                thread.start()
            }
        } onCancel: {
            stop.stop()
        }
    }
}
