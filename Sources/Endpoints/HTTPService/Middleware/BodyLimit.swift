// Bounding what a client may send.

import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses bodies over the limit of their path: at once by `Content-Length`, else when the stream has become too long.
package struct BodyLimit: RouterMiddleware {
    package typealias Context = JieliRequestContext

    package struct Rule: Sendable {
        var prefix: String
        var bytes: Int

        /// Paths that begin with `prefix` may carry `bytes`; the longest prefix counts.
        package init(prefix: String, bytes: Int) {
            self.prefix = prefix
            self.bytes = bytes
        }
    }

    /// STOW-RS streams studies to disk; batches of events are small.
    package static let standardRules = [
        Rule(prefix: "/", bytes: 1 << 20), Rule(prefix: "/link/", bytes: 16 << 20),
        Rule(prefix: "/dicom-web/", bytes: 8 << 30), Rule(prefix: "/api/v1/imports/", bytes: 8 << 30),
    ]

    private let rules: [Rule]

    package init(rules: [Rule] = standardRules) {
        self.rules = rules.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let limit = rules.first { request.uri.path.hasPrefix($0.prefix) }?.bytes ?? 0
        if let length = request.headers[.contentLength] {
            guard let length = Int(length), length <= limit else { throw HTTPProblem.tooLarge }
        }
        var request = request
        request.body = RequestBody(asyncSequence: BoundedBody(body: request.body, limit: limit))
        return try await next(request, context)
    }
}

/// The body, ending with an error where it exceeds its limit.
struct BoundedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let body: RequestBody
    let limit: Int

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        var rest: Int

        mutating func next() async throws -> ByteBuffer? {
            guard let buffer = try await base.next() else { return nil }
            rest -= buffer.readableBytes
            guard rest >= 0 else { throw HTTPProblem.tooLarge }
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: body.makeAsyncIterator(), rest: limit) }
}
