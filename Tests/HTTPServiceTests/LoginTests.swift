import Database
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import TestSupport
import Testing
import Vocabulary

@Suite("Login")
struct LoginTests {
    @Test("sets a cookie that scripts can't read and that opens the API")
    func logsIn() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let response = try await client.logIn("LI")
            #expect(response.status == .ok)
            #expect(response.text.contains(#""displayName":"李医生""#))
            #expect(response.text.contains(#""role":"radiologist""#))
            let header = try #require(response.headers[.setCookie])
            for part in ["jieli_session_puning=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
                #expect(header.contains(part))
            }
            let cookie = try #require(response.cookie)
            let inside = try await client.execute(uri: "/api/v1/private", method: .get, headers: [.cookie: cookie])
            #expect(inside.text == "in")
            let me = try await client.execute(uri: "/api/v1/me", method: .get, headers: [.cookie: cookie])
            #expect(me.text.contains(#""name":"li""#))
            let out = try await client.execute(
                uri: "/api/v1/logout", method: .post, headers: [.cookie: cookie, .requestedWith: "jieli"])
            #expect(out.status == .noContent)
            #expect(out.headers[try #require(HTTPField.Name("Clear-Site-Data"))] == "\"cache\"")
            let after = try await client.execute(uri: "/api/v1/private", method: .get, headers: [.cookie: cookie])
            #expect(after.status == .unauthorized)
        }
        #expect(try fixture.audit().map(\.action) == [.login, .logout])
    }

    @Test("answers a wrong password and an unknown name alike, in the reader's language")
    func wrongPassword() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            for name in ["li", "nobody", "not a name"] {
                let response = try await client.logIn(name, password: "wrong")
                #expect(response.status == .unauthorized)
                #expect(response.problem == ("wrong_password", "用户名或密码不正确"))
                #expect(response.cookie == nil)
            }
            let english = try await client.execute(
                uri: "/api/v1/login?lang=en", method: .post, body: ByteBuffer(string: #"{"name":"li","password":"x"}"#))
            #expect(english.problem.message == "the user name or the password is wrong")
        }
        let events = try fixture.audit()
        #expect(events.map(\.action) == [.loginFailed, .loginFailed, .loginFailed, .loginFailed])
        #expect(events.map(\.actor.name) == ["li", "-", "-", "li"])
    }

    @Test("says how long to wait after too many guesses")
    func throttled() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            for _ in 0..<5 { #expect(try await client.logIn("li", password: "wrong").status == .unauthorized) }
            let refused = try await client.logIn("li")
            #expect(refused.status == .tooManyRequests)
            #expect(refused.headers[.retryAfter] == "5")
            #expect(refused.problem.message.contains("5 秒"))
            fixture.clock.advance(by: .seconds(5))
            #expect(try await client.logIn("li").status == .ok)
        }
    }

    @Test("refuses a disabled account")
    func disabled() async throws {
        let fixture = try await HTTPServiceFixture()
        let time = fixture.clock.now
        let token = try await fixture.token(of: "li")
        try await fixture.database.write { try UserBook().disable("li", at: time, in: $0) }
        try await fixture.withClient { client in
            #expect(try await client.logIn("li").status == .unauthorized)
            let response = try await client.execute(
                uri: "/api/v1/private", method: .get, headers: [.authorization: "Bearer \(token)"])
            #expect(response.problem.code == "invalid_token")
        }
    }

    @Test("refuses what is no login", arguments: ["", "{}", "[]", #"{"name":"li"}"#])
    func malformed(body: String) async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let response = try await client.execute(
                uri: "/api/v1/login", method: .post, body: ByteBuffer(string: body))
            #expect(response.status == .badRequest)
        }
    }

    @Test("ends a session that was idle")
    func idle() async throws {
        let fixture = try await HTTPServiceFixture()
        try await fixture.withClient { client in
            let cookie = try #require(try await client.logIn("li").cookie)
            func status() async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/v1/private", method: .get, headers: [.cookie: cookie]).status
            }
            for _ in 0..<3 {
                fixture.clock.advance(by: .seconds(3000))
                #expect(try await status() == .ok)
            }
            fixture.clock.advance(by: .seconds(3601))
            #expect(try await status() == .unauthorized)
        }
    }
}
