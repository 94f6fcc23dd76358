// Finding out who asks.

import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Observability

/// Fills `context.user` from `Authorization: Bearer` or the session cookie, else `context.peer` from the client
/// certificate. Refuses nobody without credentials (handlers ask for what they need) but a token that is no good: a
/// program should hear that its token is wrong, not that it may not see studies.
package struct Authentication: RouterMiddleware {
    package typealias Context = JieliRequestContext

    let access: HTTPAccess

    package init(access: HTTPAccess) { self.access = access }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let authorization = request.headers[.authorization] {
            context.user = try await user(authorization: authorization)
        } else if let cookie = request.cookies[access.sessionCookieName] {
            context.user = try await user(cookie: cookie.value)
        }
        if context.user == nil, let certificate = try await context.peerCertificate() {
            switch access.peers().authenticate(certificate) {
            case .success(let identity): context.peer = identity
            case .failure(let refusal): context.peerRefusal = refusal
            }
        }
        return try await next(request, context)
    }

    private func user(authorization: String) async throws -> AuthenticatedUser {
        let invalid = HTTPProblem(
            .unauthorized, code: "invalid_token",
            Sentence("访问令牌无效或已被撤销", "the access token is not valid or was revoked"))
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw invalid }
        let text = parts[1].trimmingCharacters(in: .whitespaces)
        let now = access.clock.now()
        let found = try await access.database.read { [tokens = access.tokens] in
            try tokens.user(for: text, at: now, in: $0)
        }
        guard let found else { throw invalid }
        if access.tokens.needsMark(found.token, at: now) {
            try await access.database.write { [tokens = access.tokens] in
                try tokens.markUsed(found.token.id, at: now, in: $0)
            }
        }
        return AuthenticatedUser(user: found.user, credential: .token(found.token))
    }

    private func user(cookie: String) async throws -> AuthenticatedUser? {
        let now = access.clock.now()
        let session = try await access.database.read { [sessions = access.sessions] in
            try sessions.session(for: cookie, at: now, in: $0)
        }
        guard let session else { return nil }
        if access.sessions.needsTouch(session, at: now) {
            try await access.database.write { [sessions = access.sessions] in
                try sessions.touch(session, at: now, in: $0)
            }
        }
        return AuthenticatedUser(user: session.user, credential: .session(session))
    }
}
