import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Vocabulary

@Suite("Requests")
struct RequestTests {
    @Test("are let in by token and by role")
    func roles() async throws {
        let fixture = try await HTTPServiceFixture()
        let tokens = try await (
            li: fixture.token(of: "li"), wang: fixture.token(of: "wang"), zhao: fixture.token(of: "zhao")
        )
        try await fixture.withClient { client in
            func status(_ uri: String, _ method: HTTPRequest.Method, _ token: String?) async throws
                -> HTTPResponse.Status
            {
                let headers: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
                return try await client.execute(uri: uri, method: method, headers: headers).status
            }
            #expect(try await status("/api/v1/private", .get, nil) == .unauthorized)
            #expect(try await status("/api/v1/private", .get, "jieli_no") == .unauthorized)
            #expect(try await status("/api/v1/private", .get, tokens.li) == .ok)
            #expect(try await status("/api/v1/queue/all", .get, tokens.li) == .forbidden)
            #expect(try await status("/api/v1/queue/all", .get, tokens.wang) == .ok)
            #expect(try await status("/api/v1/change", .post, tokens.zhao) == .ok)
            #expect(try await status("/api/v1/change", .post, tokens.wang) == .forbidden)
            #expect(try await status("/link/v1/who", .get, tokens.wang) == .unauthorized)
            let basic = try await client.execute(
                uri: "/api/v1/private", method: .get, headers: [.authorization: "Basic bGk6eA=="])
            #expect(basic.problem.code == "invalid_token")
            #expect(basic.headers[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test("from other sites change nothing")
    func forgery() async throws {
        let fixture = try await HTTPServiceFixture()
        let token = try await fixture.token(of: "li")
        try await fixture.withClient { client in
            let cookie = try #require(try await client.logIn("li").cookie)
            func post(_ headers: HTTPFields) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/v1/change", method: .post, headers: headers).status
            }
            #expect(try await post([.cookie: cookie]) == .forbidden)
            #expect(try await post([.cookie: cookie, .requestedWith: "jieli"]) == .ok)
            #expect(try await post([.cookie: cookie, .origin: "https://localhost"]) == .ok)
            #expect(
                try await post([.cookie: cookie, .origin: "https://evil.example", .requestedWith: "jieli"])
                    == .forbidden)
            #expect(try await post([.cookie: cookie, .origin: "null"]) == .forbidden)
            #expect(try await post([.authorization: "Bearer \(token)"]) == .ok)
            let login = try await client.execute(
                uri: "/api/v1/login", method: .post, headers: [.origin: "https://evil.example"],
                body: ByteBuffer(string: #"{"name":"li","password":"\#(HTTPServiceFixture.password)"}"#))
            #expect(login.status == .forbidden)
        }
    }

    @Test("get security headers with every answer, errors too", arguments: ["/healthz", "/nothing", "/api/v1/private"])
    func headers(uri: String) async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let response = try await client.execute(uri: uri, method: .get)
            #expect(response.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
            #expect(response.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
            #expect(response.headers[HTTPField.Name("X-Frame-Options")!] == "DENY")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test("over their limit are refused")
    func bodyLimit() async throws {
        let fixture = try await HTTPServiceFixture()
        let token = try await fixture.token(of: "li")
        try await fixture.withClient { options in
            options.bodyLimits = [.init(prefix: "/", bytes: 1000), .init(prefix: "/api/v1/change", bytes: 2000)]
        } _: { client in
            let authorization: HTTPFields = [.authorization: "Bearer \(token)"]
            let fits = try await client.execute(
                uri: "/api/v1/change", method: .post, headers: authorization,
                body: ByteBuffer(repeating: 1, count: 2000))
            #expect(fits.text == "2000")
            let tooLong = try await client.execute(
                uri: "/api/v1/change", method: .post, headers: authorization,
                body: ByteBuffer(repeating: 1, count: 2001))
            #expect(tooLong.status == .contentTooLarge)
            #expect(tooLong.problem.code == "too_large")
        }
    }

    @Test("that fail are answered in words, and no stranger's words are repeated")
    func errors() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            func get(_ uri: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
                try await client.execute(uri: uri, method: .get, headers: headers)
            }
            #expect(try await get("/nothing").problem.code == "not_found")
            let conflict = try await get("/fails/claimed", [.acceptLanguage: "en-GB,en;q=0.9,zh;q=0.1"])
            #expect(conflict.status == .conflict)
            #expect(conflict.problem == ("claimed", "already claimed"))
            let disk = try await get("/fails/disk")
            #expect(disk.status == .serviceUnavailable)
            #expect(disk.problem.code == "database_full")
            #expect(disk.headers[.retryAfter] == "5")
            let stranger = try await get("/fails/stranger")
            #expect(stranger.status == .internalServerError)
            #expect(stranger.problem.code == "internal")
            #expect(!stranger.text.contains("ZHANG"))
            #expect(
                try await get("/fails/claimed", [.cookie: "jieli_language=en"]).problem.message == "already claimed")
            #expect(try await get("/fails/claimed", [.acceptLanguage: "fr"]).problem.message == "已被领取")
        }
    }

    @Test("of a browser that isn't logged in lead to the login page")
    func loginPage() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { options in
            options.loginPath = "/login"
            options.errorPage = { problem, context in
                Response(
                    status: problem.status, body: .init(byteBuffer: ByteBuffer(string: "<h1>\(problem.code)</h1>")))
            }
        } _: { client in
            let html: HTTPFields = [.accept: "text/html,*/*"]
            let page = try await client.execute(uri: "/page?patient=ZHANG", method: .get, headers: html)
            #expect(page.status == .seeOther)
            #expect(page.headers[.location] == "/login?next=/page")
            let api = try await client.execute(uri: "/api/v1/private", method: .get, headers: html)
            #expect(api.status == .unauthorized)
            let missing = try await client.execute(uri: "/nothing", method: .get, headers: html)
            #expect(missing.text == "<h1>not_found</h1>")
        }
    }

    @Test("are counted by route, not by path")
    func metrics() async throws {
        let fixture = try await HTTPServiceFixture()
        let token = try await fixture.token(of: "wang")
        try await fixture.withClient { options in
            options.refreshMetrics = { [metrics = fixture.metrics] in metrics.set(7, of: "jieli_test_gauge") }
        } _: { client in
            _ = try await client.execute(uri: "/fails/ZHANGSAN", method: .get)
            #expect(try await client.execute(uri: "/metrics", method: .get).status == .unauthorized)
            let text = try await client.execute(
                uri: "/metrics", method: .get, headers: [.authorization: "Bearer \(token)"]
            ).text
            #expect(text.contains(#"jieli_http_requests_total{method="GET",route="/fails/{how}",status="409"} 1"#))
            #expect(text.contains("jieli_test_gauge 7"))
            #expect(!text.contains("ZHANGSAN"))
        }
    }

    @Test("ask whether the node is ready, and only operators hear why not")
    func readiness() async throws {
        let fixture = try await HTTPServiceFixture()
        let token = try await fixture.token(of: "wang")
        try await fixture.withClient { options in
            options.readiness = {
                Readiness(parts: [.init(name: "archive", isReady: false, reason: "the disk is full")])
            }
        } _: { client in
            #expect(try await client.execute(uri: "/healthz", method: .get).text == "ok\n")
            let anyone = try await client.execute(uri: "/readyz", method: .get)
            #expect(anyone.status == .serviceUnavailable)
            #expect(!anyone.text.contains("disk"))
            let operators = try await client.execute(
                uri: "/readyz", method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(operators.text.contains("the disk is full"))
        }
    }
}
