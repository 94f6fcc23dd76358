// Several writers, one flush.

import Dispatch
import GRDB
import Observability

/// Collects writes while a transaction is being committed and runs them together in the next one.
///
/// A caller that blocks commits the group it is in itself when nobody else is at it, which saves two changes of thread;
/// what has gathered meanwhile, and callers that suspend, are served by a thread of its own (a serial queue).
final class GroupCommitter: Sendable {
    private struct Job: Sendable {
        /// Runs in a savepoint. Keeps the result for `finish`.
        var run: @Sendable (Transaction) throws -> Void
        /// What must be on disk before the commit is; runs after all of the group's `run`.
        var flush: (@Sendable () throws -> Void)?
        /// Called once, after the commit or the failure.
        var finish: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
        var isDraining = false
        var isClosed = false
    }

    /// Bounds one transaction, so that the first waiting writer does not pay for an endless group.
    private static let largestGroup = 256

    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "jieli.database.commit")
    private let state = LockedBox(State())

    init(pool: DatabasePool) { self.pool = pool }

    func submit<Value: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let leads = enqueue(body, onlyIfIdle: false) { continuation.resume(with: $0) }
            if leads == true { queue.async { self.drain() } }
        }
    }

    /// - Parameter flush: makes durable what `body` writes about. On the calling thread: between the last statement and
    ///   the commit with what `body` returned, so that the disk works while the statements run; or, where others commit at
    ///   this moment, beside them and before `body`, with `nil`.
    func submitAndWait<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value,
        flush: (@Sendable (Value?) throws -> Void)? = nil
    ) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let outcome = LockedBox<Result<Value, any Error>?>(nil)
        let finish: @Sendable (Result<Value, any Error>) -> Void = { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        var leads = flush.map { enqueue(body, flush: $0, onlyIfIdle: true, completion: finish) } ?? nil
        if leads == nil {
            try flush?(nil)
            leads = enqueue(body, onlyIfIdle: false, completion: finish)
        }
        if leads == true {
            queue.sync { commit(nextGroup()) }
            if othersWait() { queue.async { self.drain() } }
        }
        done.wait()
        guard let result = outcome.withLock({ $0 }) else { throw DatabaseError.closed }
        return try result.get()
    }

    func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// - Returns: whether the caller must see to it that the queue drains; `nil` when it was not idle and should be.
    private func enqueue<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value,
        flush: (@Sendable (Value?) throws -> Void)? = nil, onlyIfIdle: Bool,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) -> Bool? {
        let value = LockedBox<Value?>(nil)
        var flushing: (@Sendable () throws -> Void)?
        if let flush { flushing = { try flush(value.withLock { $0 }) } }
        let job = Job(
            run: { transaction in
                let result = try body(transaction)
                value.withLock { $0 = result }
            },
            flush: flushing,
            finish: { outcome in
                completion(
                    outcome.flatMap { value.withLock { $0 }.map(Result.success) ?? .failure(DatabaseError.closed) })
            })
        let (accepted, starts) = state.withLock { state -> (Bool, Bool?) in
            if onlyIfIdle, state.isDraining { return (true, nil) }
            guard !state.isClosed else { return (false, false) }
            state.waiting.append(job)
            defer { state.isDraining = true }
            return (true, !state.isDraining)
        }
        if !accepted { job.finish(.failure(DatabaseError.closed)) }
        return starts
    }

    private func drain() {
        while true {
            let group = nextGroup()
            if group.isEmpty { return }
            commit(group)
        }
    }

    /// Empty when nobody waits; whoever comes next then starts anew.
    private func nextGroup() -> [Job] {
        state.withLock { state in
            let group = Array(state.waiting.prefix(Self.largestGroup))
            state.waiting.removeFirst(group.count)
            if group.isEmpty { state.isDraining = false }
            return group
        }
    }

    private func othersWait() -> Bool {
        state.withLock { state in
            state.isDraining = !state.waiting.isEmpty
            return state.isDraining
        }
    }

    private func commit(_ group: [Job]) {
        var failures: [Int: any Error] = [:]
        do {
            try pool.writeWithoutTransaction { connection in
                try connection.inTransaction(.immediate) {
                    try run(group, on: connection, failures: &failures)
                    for (index, job) in group.enumerated() where failures[index] == nil {
                        do { try job.flush?() } catch { throw FlushFailure(index: index, cause: error) }
                    }
                    return .commit
                }
            }
        } catch let failure as FlushFailure {
            // All of it was rolled back. The others have nothing to do with it.
            group[failure.index].finish(.failure(failure.cause))
            var others = group
            others.remove(at: failure.index)
            if !others.isEmpty { commit(others) }
            return
        } catch {
            let translated = (error as? GRDB.DatabaseError).map(DatabaseError.init) ?? error
            for job in group { job.finish(.failure(translated)) }
            return
        }
        for (index, job) in group.enumerated() {
            if let error = failures[index] {
                job.finish(.failure((error as? GRDB.DatabaseError).map(DatabaseError.init) ?? error))
            } else {
                job.finish(.success(()))
            }
        }
    }

    private struct FlushFailure: Error {
        let index: Int
        let cause: any Error
    }

    private func run(_ group: [Job], on connection: GRDB.Database, failures: inout [Int: any Error]) throws {
        // Alone, it needs no savepoint, which would keep a copy of every page it changes.
        if group.count == 1 { return try group[0].run(Transaction(connection: connection)) }
        for (index, job) in group.enumerated() {
            do {
                try connection.inSavepoint {
                    try job.run(Transaction(connection: connection))
                    return .commit
                }
            } catch let error as GRDB.DatabaseError where Self.endsTransaction(error) {
                throw error
            } catch {
                failures[index] = error
            }
        }
    }

    /// SQLite rolls the whole transaction back on these; no other writer of the group may then be told "done".
    static func endsTransaction(_ error: any Error) -> Bool {
        guard let error = error as? GRDB.DatabaseError else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CORRUPT].contains(error.resultCode)
    }
}
