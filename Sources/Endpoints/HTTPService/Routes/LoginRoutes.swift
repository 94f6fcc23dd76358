// Logging in and out.

import Audit
import Database
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Observability
import Vocabulary

/// `POST /api/v1/login`, `POST /api/v1/logout`, `GET /api/v1/me`.
struct LoginRoutes: Sendable {
    let access: HTTPAccess

    struct Credentials: Decodable {
        var name: String
        var password: String
    }

    /// What a client learns about the person it acts for.
    struct Me: Encodable {
        var name: String
        var displayName: String
        var role: UserRole
        var node: NodeName
        var language: Language
        /// When the session ends at the latest, milliseconds; absent for a token.
        var sessionExpiresAt: Timestamp?
    }

    func addRoutes(to router: Router<JieliRequestContext>) {
        router.post("/api/v1/login", use: logIn)
        router.post("/api/v1/logout", use: logOut)
        router.get("/api/v1/me", use: me)
    }

    @Sendable private func logIn(request: Request, context: JieliRequestContext) async throws -> Response {
        try JSONBody.requireJSON(request)
        let body = try await request.body.collect(upTo: 8192)
        let given = try JSONDecoder().decode(Credentials.self, from: Data(buffer: body))
        // A name that can't be one is nobody's, and takes as long.
        let name = (try? User.canonicalName(given.name)) ?? ""
        let address = context.remoteAddress
        let now = access.clock.now()
        if let wait = access.throttle.attempt(user: name, address: address, at: now) { throw Self.throttled(wait) }
        let known = try await access.database.read { [users = access.users] in
            try users.credentials(named: name, in: $0)
        }
        guard given.password.utf8.count <= 1024,
            try await access.passwords.check(given.password, against: known?.password), let user = known?.user,
            !user.isDisabled
        else {
            try await recordFailure(known?.user, address: address, at: now)
            throw Self.wrong
        }
        access.throttle.succeeded(user: name, address: address)
        // Whatever session the browser had ends: somebody else may know it, or have put it there.
        let previous = context.user?.session
        let secret = try await access.database.write { [sessions = access.sessions, audit = access.audit] transaction in
            if let previous { try sessions.close(previous.id, in: transaction) }
            let event = AuditEvent(.login, by: .user(user.name), at: now, address: address)
            try audit.record(event, in: transaction)
            return try sessions.open(for: user, from: address, at: now, in: transaction)
        }
        var response = try Response.json(me(user, expiresAt: now + access.sessions.absoluteLimit, context: context))
        response.setCookie(cookie(secret.text, maxAge: Int(access.sessions.absoluteLimit.milliseconds / 1000)))
        return response
    }

    /// Ends the session of this browser; also answers 204 when there was none.
    @Sendable private func logOut(request: Request, context: JieliRequestContext) async throws -> Response {
        if let session = context.user?.session {
            let event = AuditEvent(
                .logout, by: .user(session.user.name), at: access.clock.now(), address: context.remoteAddress)
            try await access.database.write { [sessions = access.sessions, audit = access.audit] transaction in
                try sessions.close(session.id, in: transaction)
                try audit.record(event, in: transaction)
            }
        }
        var response = Response(status: .noContent)
        // Browsers keep images on disk; the next person at this PC may be anybody.
        response.headers[.known("Clear-Site-Data")] = "\"cache\""
        response.setCookie(cookie("", maxAge: 0))
        return response
    }

    @Sendable private func me(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        return try .json(me(user, expiresAt: context.user?.session?.expiresAt, context: context))
    }

    private func me(_ user: User, expiresAt: Timestamp?, context: JieliRequestContext) -> Me {
        Me(
            name: user.name, displayName: user.displayName, role: user.role, node: access.node,
            language: context.language, sessionExpiresAt: expiresAt)
    }

    /// The name that was typed is written down only if it is an account: people type their password there, too.
    private func recordFailure(_ user: User?, address: String, at time: Timestamp) async throws {
        let event = AuditEvent(
            .loginFailed, by: user.map { .user($0.name) } ?? AuditActor(kind: .user, name: "-"), at: time,
            outcome: .refused, detail: user == nil ? "unknown account" : user?.isDisabled == true ? "disabled" : "",
            address: address)
        try await access.database.write { [audit = access.audit] in try audit.record(event, in: $0) }
    }

    private func cookie(_ value: String, maxAge: Int) -> Cookie {
        Cookie(
            name: access.sessionCookieName, value: value, maxAge: maxAge, path: "/", secure: true, httpOnly: true,
            sameSite: .strict)
    }

    private static let wrong = HTTPProblem(
        .unauthorized, code: "wrong_password",
        Sentence("用户名或密码不正确", "the user name or the password is wrong"))

    private static func throttled(_ wait: Duration) -> HTTPProblem {
        let seconds = Int((wait.milliseconds + 999) / 1000)
        return HTTPProblem(
            .tooManyRequests, code: "too_many_attempts",
            Sentence("登录失败次数过多，请在 \(seconds) 秒后重试", "too many failed logins; try again in \(seconds) seconds"),
            retryAfter: seconds)
    }
}
