import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@Suite("Hostile requests")
struct HostileRequestTests {
    private static let login = #"{"name":"li","password":"\#(HTTPServiceFixture.password)"}"#

    @Test("a login that says it is a form or text is refused, as another site's form would be")
    func contentType() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
                let answer = try await client.execute(
                    uri: "/api/v1/login", method: .post, headers: [.contentType: type],
                    body: ByteBuffer(string: Self.login))
                #expect(answer.status == .unsupportedMediaType, "\(type)")
            }
            for type in ["application/json", "Application/JSON; charset=utf-8"] {
                let answer = try await client.execute(
                    uri: "/api/v1/login", method: .post, headers: [.contentType: type],
                    body: ByteBuffer(string: Self.login))
                #expect(answer.status == .ok, "\(type)")
            }
        }
    }

    static let bombs: [String] = [
        String(repeating: "[", count: 8000), String(repeating: #"{"name":"#, count: 1000),
        #"{"name":1e999999999,"password":"x"}"#, #"{"name":"\ud800","password":"x"}"#,
        "{\"name\":\"\u{0}\",\"password\":\"\"}",
        #"{"name":"li","password":"x""#, "\u{FEFF}{}", String(repeating: "9", count: 8000),
    ]

    @Test("JSON made to break a parser is a bad request", arguments: bombs)
    func jsonBomb(bomb: String) async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let answer = try await client.execute(uri: "/api/v1/login", method: .post, body: ByteBuffer(string: bomb))
            #expect(answer.status == .badRequest || answer.status == .unauthorized, "\(answer.status)")
        }
    }

    @Test("a session that somebody else put into the browser is neither taken on nor left alive")
    func fixation() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let planted = "jieli_session_puning=planted-by-somebody-else"
            func login(_ cookie: String) async throws -> String {
                let answer = try await client.execute(
                    uri: "/api/v1/login", method: .post, headers: [.cookie: cookie, .requestedWith: "jieli"],
                    body: ByteBuffer(string: Self.login))
                #expect(answer.status == .ok)
                return try #require(answer.cookie)
            }
            func me(_ cookie: String) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/v1/me", method: .get, headers: [.cookie: cookie]).status
            }
            let first = try await login(planted)
            #expect(first != planted)
            #expect(try await me(planted) == .unauthorized)
            #expect(try await me(first) == .ok)
            let second = try await login(first)
            #expect(second != first)
            #expect(try await me(first) == .unauthorized)
            #expect(try await me(second) == .ok)
        }
    }

    static let origins: [String] = [
        "https://evil.example", "http://localhost", "null", "https://localhost.evil.example", "https://localhost:1", "",
    ]

    @Test("a change from another origin is refused whatever its cookie says", arguments: origins)
    func origin(origin: String) async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let cookie = try #require(try await client.logIn("li").cookie)
            let answer = try await client.execute(
                uri: "/api/v1/change", method: .post,
                headers: [.cookie: cookie, .origin: origin, .requestedWith: "jieli"], body: ByteBuffer(string: "x"))
            #expect(answer.status == .forbidden)
        }
    }

    @Test("guessing one password from many addresses, or many from one, is slowed down; others log in meanwhile")
    func bruteForce() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            var statuses: [HTTPResponse.Status] = []
            for guess in 0..<40 { statuses.append(try await client.logIn("li", password: "guess\(guess)").status) }
            #expect(statuses.prefix(5).allSatisfy { $0 == .unauthorized })
            #expect(statuses.dropFirst(5).allSatisfy { $0 == .tooManyRequests })
            #expect(try await client.logIn("wang").status == .ok)
        }
    }
}
