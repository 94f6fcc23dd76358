// A value behind a mutex.

import Synchronization

/// Shares a value between threads; a reference, so that closures can hold it.
package final class LockedBox<Value>: Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: sending Value) { mutex = Mutex(value) }

    package func withLock<Result>(
        _ body: (inout sending Value) throws -> sending Result
    ) rethrows -> sending Result {
        try mutex.withLock(body)
    }
}
