// The parent's side of ranges: `/link/v1/uploads`.

import Archive
import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Observability
import StudyFlow
import Vocabulary

/// A child whose line does not last for a whole instance brings it in ranges:
///
///     GET   /link/v1/uploads                 RangeTerms
///     POST  /link/v1/uploads                 UploadOffer → UploadAnswer: how much is here
///     GET   /link/v1/uploads/ID              the same; HEAD: Upload-Offset, Upload-Length
///     PATCH /link/v1/uploads/ID              Upload-Offset, Upload-Checksum, bytes → 204 once they are on the disk
///     POST  /link/v1/uploads/ID/completion   UploadAnswer: accepted, damaged or refused
///
/// Asking twice changes nothing, so that a child whose answer was lost asks again.
package struct UploadRoutes: Sendable {
    static let path = "/link/v1/uploads"
    /// A silent connection is given up after this; the child begins the range anew on another.
    private static let patience: Duration = .seconds(120)

    private let uploads: UploadIntake
    private let clock: any Clock<Duration>

    package init(_ uploads: UploadIntake, clock: any Clock<Duration> = ContinuousClock()) {
        self.uploads = uploads
        self.clock = clock
    }

    package func addRoutes(to router: Router<JieliRequestContext>) {
        router.get(RouterPath(Self.path), use: terms)
        router.post(RouterPath(Self.path), use: open)
        router.get(RouterPath(Self.path + "/:id"), use: look)
        router.patch(RouterPath(Self.path + "/:id"), use: range)
        router.post(RouterPath(Self.path + "/:id/completion"), use: complete)
    }

    // MARK: Routes

    @Sendable private func terms(request: Request, context: JieliRequestContext) async throws -> Response {
        _ = try context.requireChild()
        return try .json(RangeTerms(largestRange: uploads.largestRange))
    }

    @Sendable private func open(request: Request, context: JieliRequestContext) async throws -> Response {
        let child = try context.requireChild()
        guard let title = child.aeTitles.first else { throw HTTPProblem.forbidden }
        let body = try await request.body.collect(upTo: 64 << 10)
        let offer = try JSONDecoder().decode(UploadOffer.self, from: Data(buffer: body))
        return try await answering {
            let opening = try await UploadThreads.ranges.runIfActive { [uploads] in
                try uploads.open(offer, from: child.name, aeTitle: title)
            }
            switch opening {
            case .known: return try .json(UploadAnswer(state: .known))
            case .open(let id, let received): return try Self.json(open: id, received: received, of: offer.size)
            }
        }
    }

    @Sendable private func look(request: Request, context: JieliRequestContext) async throws -> Response {
        let (child, id) = (try context.requireChild(), try Self.id(context))
        return try await answering {
            let found = try await UploadThreads.ranges.runIfActive { [uploads] in
                try uploads.received(id, from: child.name)
            }
            return try Self.json(open: id, received: found.received, of: found.size)
        }
    }

    @Sendable private func range(request: Request, context: JieliRequestContext) async throws -> Response {
        let (child, id) = (try context.requireChild(), try Self.id(context))
        let headers = request.headers
        guard let offset = headers[.uploadOffset].flatMap({ Int64($0) }),
            let length = headers[.contentLength].flatMap({ Int64($0) }),
            let checksum = headers[.uploadChecksum].flatMap(UploadChecksum.digest)
        else {
            throw HTTPProblem.badRequest(
                Sentence(
                    "缺少 Upload-Offset、Content-Length 或 Upload-Checksum（sha256 十六进制）",
                    "Upload-Offset, Content-Length and Upload-Checksum (sha256, hexadecimal) are needed"))
        }
        guard length <= uploads.largestRange else { throw HTTPProblem.tooLarge }
        return try await answering {
            let range = try await UploadThreads.ranges.runIfActive { [uploads] in
                try uploads.range(id, from: child.name, at: offset, length: length)
            }
            try await receive(request.body, into: range)
            let received = try await UploadThreads.ranges.runIfActive { try range.finish(checksum: checksum) }
            return Response(status: .noContent, headers: [.uploadOffset: String(received)])
        }
    }

    @Sendable private func complete(request: Request, context: JieliRequestContext) async throws -> Response {
        let (child, id) = (try context.requireChild(), try Self.id(context))
        return try await answering {
            let completion = try await UploadThreads.wholes.runIfActive { [uploads] in
                try uploads.complete(id, from: child.name)
            }
            switch completion {
            case .accepted(let wasKnown): return try .json(UploadAnswer(state: wasKnown ? .known : .accepted))
            case .damaged: return try .json(UploadAnswer(state: .damaged))
            }
        }
    }

    private static func id(_ context: JieliRequestContext) throws -> String {
        guard let id = context.parameters.get("id") else { throw HTTPProblem.notFound }
        return id
    }

    // MARK: The bytes

    /// Written in pieces of some size: a thread for each TLS record would be more work than the record.
    private static let piece = 128 << 10

    private func receive(_ body: RequestBody, into range: IncomingRange) async throws {
        let pieces = LockedBox(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var waiting = ByteBuffer()
                for try await buffer in body {
                    waiting.writeImmutableBuffer(buffer)
                    pieces.withLock { $0 += 1 }
                    guard waiting.readableBytes >= Self.piece else { continue }
                    try await Self.write(waiting, into: range)
                    waiting.clear(minimumCapacity: Self.piece)
                }
                try await Self.write(waiting, into: range)
            }
            group.addTask { [clock] in
                var seen = -1
                while true {
                    let count = pieces.withLock { $0 }
                    guard count != seen else { throw UploadError.superseded }
                    seen = count
                    try await clock.sleep(for: Self.patience)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func write(_ buffer: ByteBuffer, into range: IncomingRange) async throws {
        try await UploadThreads.ranges.runIfActive {
            try buffer.withUnsafeReadableBytes { try range.write($0) }
        }
    }

    // MARK: Answers

    private static func json(open id: String, received: Int64, of size: Int64) throws -> Response {
        var response = try Response.json(UploadAnswer(state: .open, id: id, received: received))
        response.headers[.uploadOffset] = String(received)
        response.headers[.uploadLength] = String(size)
        return response
    }

    private static func json(refused refusal: UploadRefusal) throws -> Response {
        let status: HTTPResponse.Status =
            switch refusal.status {
            case .outOfResources: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            case _ where refusal.isRetriable: .serviceUnavailable
            default: .unprocessableContent
            }
        return try .json(UploadAnswer(state: .refused, refusal: refusal), status: status)
    }

    private func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let error as UploadError {
            return try Self.answer(error)
        } catch let error as ArchiveError where error.code == .full {
            return try Self.json(refused: .noRoom)
        } catch let error as DatabaseError where error.code == .full {
            return try Self.json(refused: .noRoom)
        }
    }

    private static func answer(_ error: UploadError) throws -> Response {
        switch error {
        case .refused(let refusal): return try json(refused: refusal)
        case .wrongOffset(let received): return try stands(at: received, status: .conflict)
        // As in tus 1.0, whose words these headers are.
        case .damagedRange(let received):
            return try stands(at: received, status: HTTPResponse.Status(code: 460, reasonPhrase: "Checksum Mismatch"))
        case .unknown:
            throw HTTPProblem.notFound(Sentence("没有这个续传任务", "there is no such upload"))
        case .superseded:
            throw HTTPProblem.conflict(
                code: "superseded",
                Sentence("同一影像已在另一连接上续传", "the same instance is being carried on another connection"))
        case .finishing:
            throw HTTPProblem(
                .serviceUnavailable, code: "finishing",
                Sentence("影像正在校验入库，请稍后再问", "the instance is being checked just now; ask again in a moment"),
                retryAfter: 2)
        case .tooMany:
            throw HTTPProblem(
                .tooManyRequests, code: "too_many_uploads",
                Sentence("该节点未完成的续传过多", "this node has begun too many uploads; some must end first"),
                retryAfter: 60)
        }
    }

    private static func stands(at received: Int64, status: HTTPResponse.Status) throws -> Response {
        var response = try Response.json(UploadAnswer(state: .open, received: received), status: status)
        response.headers[.uploadOffset] = String(received)
        return response
    }
}
