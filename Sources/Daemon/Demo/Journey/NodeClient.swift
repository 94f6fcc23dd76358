// A node's public interface, as any program uses it.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOSSL
import Vocabulary

/// HTTPS with the demo's authority and an account's token.
package struct NodeClient: Sendable {
    package let url: String
    private let token: String
    private let http: HTTPClient

    package init(_ http: HTTPClient, url: String, token: String) {
        self.http = http
        self.url = url
        self.token = token
    }

    /// Runs `body` with a client that trusts `authority` alone, and closes it on every way out.
    package static func withHTTP<Result: Sendable>(
        trusting authority: String, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(authority)
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.timeout.connect = .seconds(5)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(http)
            try await http.shutdown()
            return result
        } catch {
            try await http.shutdown()
            throw error
        }
    }

    /// Whether the node takes work. A node that does not answer is not ready.
    package func isReady() async throws -> Bool {
        do {
            return try await http.execute(HTTPClientRequest(url: url + "/readyz"), timeout: .seconds(5)).status == .ok
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return false
        }
    }

    package func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try decode(await call("GET", path, body: nil), path)
    }

    package func send<Answer: Decodable>(
        _ method: String, _ path: String, _ body: (some Encodable & Sendable)? = String?.none,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try decode(await call(method, path, body: try body.map { try JSONEncoder().encode($0) }), path)
    }

    private func call(_ method: String, _ path: String, body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: url + "/api/v1" + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await http.execute(request, timeout: .seconds(30))
        let answer = Data(try await response.body.collect(upTo: 32 << 20).readableBytesView)
        guard (200..<300).contains(response.status.code) else {
            throw NodeAnswerError(url: url, method: method, path: path, status: response.status.code, body: answer)
        }
        return answer
    }

    private func decode<Answer: Decodable>(_ data: Data, _ path: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw DemoError(
                code: .unexpectedAnswer,
                message: "\(url)/api/v1\(path) answered something else than its description says", cause: error)
        }
    }
}

/// A node said no.
package struct NodeAnswerError: Error, Hashable, Sendable, CustomStringConvertible {
    package var status: UInt
    package var code: String
    package var description: String

    init(url: String, method: String, path: String, status: UInt, body: Data) {
        struct Body: Decodable {
            struct Inner: Decodable {
                var code: String
                var message: String
            }
            var error: Inner
        }
        self.status = status
        var text = "\(method) \(url)/api/v1\(path) answered \(status)"
        do {
            let inner = try JSONDecoder().decode(Body.self, from: body).error
            code = inner.code
            text += ": \(inner.message)"
        } catch {
            code = ""
        }
        description = text
    }
}
