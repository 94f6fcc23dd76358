// Decoding off the cooperative pool.

import HTTPService
import NIOPosix
import Observability

/// A few threads that parse and decode for all requests, with a bounded line before them: a viewer that asks for a
/// thousand frames at once costs some waiting, not the daemon's other work.
final class DecodingLine: Sendable {
    /// Lives as long as the process: it is never shut down.
    private static let threads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 3)
        pool.start()
        return pool
    }()

    private let waiting = LockedBox(0)
    private let limit: Int

    init(limit: Int = 1000) { self.limit = limit }

    /// A request that was cancelled while it waited does no work.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let limit = limit
        let isAdmitted = waiting.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw Self.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await Self.threads.runIfActive(work)
    }

    private static let busy = HTTPProblem(
        .serviceUnavailable, code: "busy",
        Sentence("图像请求过多，请稍后重试", "too many images are asked for at once; try again in a moment"), retryAfter: 1)
}
