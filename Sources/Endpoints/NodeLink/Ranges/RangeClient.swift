// The child's side of ranges, as far as HTTP goes.

import AsyncHTTPClient
import Foundation
import Identity
import NIOCore
import NIOHTTP1
import Observability
import StudyFlow
import Vocabulary

/// One connection to a parent's `/link/v1/uploads`.
struct RangeClient: Sendable {
    /// How a range was answered.
    enum RangeAnswer: Hashable, Sendable {
        case stored(received: Int64)
        /// The parent stands elsewhere.
        case standsAt(received: Int64)
        case damaged
        /// It knows this upload no longer.
        case unknown
        case refused(UploadRefusal)
    }

    private let url: String
    private let peer: NodeName
    private let client: HTTPClient
    private let configuration: NodeLinkConfiguration

    /// `shutdown` must be called before the last reference goes.
    init(to parent: ParentPeer, configuration: NodeLinkConfiguration) throws {
        url = parent.url + UploadRoutes.path
        peer = parent.name
        self.configuration = configuration
        client = HTTPClient(configuration: try LinkTransport.settings(for: parent, configuration))
    }

    func shutdown() async throws { try await client.shutdown() }

    // MARK: Calls

    /// - Returns: `nil` from a parent that takes no ranges.
    /// - Throws: `NodeLinkError`, or `CancellationError`.
    func terms() async throws -> RangeTerms? {
        let (response, body) = try await call(.GET, url)
        if response.status == .notFound || response.status == .methodNotAllowed { return nil }
        return try decode(response, body)
    }

    func open(_ offer: UploadOffer) async throws -> UploadAnswer {
        let (response, body) = try await call(.POST, url, json: try JSONEncoder().encode(offer))
        return try decode(response, body)
    }

    /// - Returns: `nil` for an upload that the parent knows no longer.
    func complete(_ id: String, size: Int64) async throws -> UploadAnswer? {
        // It reads all of it once more before it answers.
        let timeout = configuration.push + .seconds(size / (20 << 20))
        let (response, body) = try await call(.POST, "\(url)/\(id)/completion", json: Data(), timeout: timeout)
        if response.status == .notFound { return nil }
        return try decode(response, body)
    }

    func send(_ range: RangeBody, of id: String, at offset: Int64, checksum: Digest) async throws -> RangeAnswer {
        var request = HTTPClientRequest(url: "\(url)/\(id)")
        request.method = .PATCH
        request.headers.add(name: "Content-Type", value: "application/offset+octet-stream")
        request.headers.add(name: "Upload-Offset", value: String(offset))
        request.headers.add(name: "Upload-Checksum", value: UploadChecksum.text(checksum))
        request.headers.add(name: "Accept-Language", value: "en")
        request.body = .stream(range, length: .known(Int64(range.range.count)))
        let (response, body): (HTTPClientResponse, ByteBuffer)
        do {
            (response, body) = try await unlessSilent(request, range.silence)
        } catch {
            // What the pace or the file had to say goes before what the client makes of it.
            if let failure = range.failure.withLock({ $0 }) { throw failure }
            throw error
        }
        switch response.status.code {
        case 204: return .stored(received: offset + Int64(range.range.count))
        case 460: return .damaged
        case 404: return .unknown
        case 409 where response.headers.contains(name: "Upload-Offset"):
            return .standsAt(received: try (decode(response, body) as UploadAnswer).received ?? 0)
        default:
            let answer: UploadAnswer = try decode(response, body)
            guard let refusal = answer.refusal else { throw LinkTransport.refusal(of: peer, response, body) }
            return .refused(refusal)
        }
    }

    // MARK: HTTP

    private static let largestAnswer = 1 << 20

    private func call(
        _ method: HTTPMethod, _ url: String, json: Data? = nil, timeout: Duration? = nil
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "Accept-Language", value: "en")
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(json)
        }
        do {
            let limit = timeout ?? configuration.push
            let response = try await client.execute(request, timeout: .nanoseconds(limit.nanoseconds))
            return (response, try await response.body.collect(upTo: Self.largestAnswer))
        } catch {
            try Task.checkCancellation()
            throw LinkTransport.translate(error, url: url, peer: peer)
        }
    }

    /// No deadline for a whole range, which may be paused for a more urgent study; only for silence.
    private func unlessSilent(
        _ request: HTTPClientRequest, _ silence: SilenceWatch
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        do {
            return try await withThrowingTaskGroup(of: (HTTPClientResponse, ByteBuffer)?.self) { group in
                group.addTask {
                    let response = try await client.execute(request, deadline: .distantFuture)
                    return (response, try await response.body.collect(upTo: Self.largestAnswer))
                }
                group.addTask {
                    try await silence.wait(for: configuration.rangeSilence)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let answer = first else {
                    throw NodeLinkError(
                        code: .timedOut, message: "'\(peer)' did not confirm a range in time; it is sent again")
                }
                return answer
            }
        } catch {
            try Task.checkCancellation()
            throw LinkTransport.translate(error, url: url, peer: peer)
        }
    }

    /// What speaks of an upload, whatever the status; a problem otherwise.
    private func decode<Value: Decodable>(_ response: HTTPClientResponse, _ body: ByteBuffer) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(buffer: body))
        } catch is DecodingError {
            throw LinkTransport.refusal(of: peer, response, body)
        }
    }
}
