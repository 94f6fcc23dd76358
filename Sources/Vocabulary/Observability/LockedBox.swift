// A value behind a mutex.

import Synchronization

/// Shares a value between threads; a reference, so that closures can hold it.
package final class LockedBox<Value>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: sending Value) { mutex = Mutex(value) }

    package func withLock<Result>(
        _ body: (inout sending Value) throws -> sending Result
    ) rethrows -> sending Result {
        try mutex.withLock { value in
            #if THREAD_SANITIZER
                let lock = Unmanaged.passUnretained(self).toOpaque()
                lockWasTaken(lock)
                defer { lockIsGivenBack(lock) }
            #endif
            return try body(&value)
        }
    }
}

#if THREAD_SANITIZER
    // The kernel hands a Mutex from thread to thread (FUTEX_LOCK_PI), where the sanitizer does not see it: without a word, it
    // takes every two uses of a value for a race. These are its own functions; `Tests/sanitize thread` sets the condition.
    @_silgen_name("__tsan_acquire") private func lockWasTaken(_ lock: UnsafeMutableRawPointer)
    @_silgen_name("__tsan_release") private func lockIsGivenBack(_ lock: UnsafeMutableRawPointer)
#endif
