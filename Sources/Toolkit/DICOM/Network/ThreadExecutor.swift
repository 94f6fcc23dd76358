// An executor with a thread of its own.

import Foundation
import Observability

/// Runs the jobs of one actor on one thread: blocking calls stay off the cooperative pool, and what the actor owns is
/// never entered twice. The thread ends with the executor.
package final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    /// - Parameter niceness: 0 … 19; a thread in the background yields to those that serve a network or a person.
    package init(name: String, niceness: Int32 = 0) {
        let thread = Thread { [queue] in
            // 0 is the calling thread. Where it is refused, the thread is as nice as the others.
            if niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            queue.run()
        }
        thread.name = name
        thread.stackSize = 4 << 20
        thread.start()
    }

    deinit { queue.stop() }

    package func enqueue(_ job: UnownedJob) {
        let executor = asUnownedSerialExecutor()
        queue.append { job.runSynchronously(on: executor) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Runs `body` on the thread. When the task is cancelled, `onCancel` is called and this returns at once, even where
    /// `body` cannot be interrupted; what it makes is then let go.
    package func perform<Result: Sendable>(
        onCancel: @escaping @Sendable () -> Void = {}, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let waiting = LockedBox<CheckedContinuation<Result, any Error>?>(nil)
        let cancelled = LockedBox(false)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.withLock { $0 = continuation }
                if cancelled.withLock({ $0 }) {
                    waiting.withLock { $0.take() }?.resume(throwing: CancellationError())
                    return
                }
                queue.append {
                    let result = Swift.Result(catching: body)
                    waiting.withLock { $0.take() }?.resume(with: result)
                }
            }
        } onCancel: {
            cancelled.withLock { $0 = true }
            // In this order: `body` ends with an error of its own when it is interrupted.
            waiting.withLock { $0.take() }?.resume(throwing: CancellationError())
            onCancel()
        }
    }
}

/// `@unchecked Sendable`: every access to the state holds `condition`.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [@Sendable () -> Void] = []
    private var isStopped = false

    func append(_ job: @escaping @Sendable () -> Void) {
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    func stop() {
        condition.lock()
        isStopped = true
        condition.signal()
        condition.unlock()
    }

    func run() {
        while true {
            condition.lock()
            while jobs.isEmpty && !isStopped { condition.wait() }
            let batch = jobs
            jobs = []
            condition.unlock()
            if batch.isEmpty { return }
            for job in batch { job() }
        }
    }
}
