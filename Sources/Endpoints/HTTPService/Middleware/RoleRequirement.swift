// Routes that only some may use.

import Hummingbird
import Vocabulary

/// For a group of routes: `router.group("/api/v1/queue").add(middleware: RoleRequirement(.operator))`.
package struct RoleRequirement: RouterMiddleware {
    package typealias Context = JieliRequestContext

    private let roles: [UserRole]

    /// Any of these; no role at all: whoever is logged in.
    package init(_ roles: UserRole...) { self.roles = roles }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if roles.isEmpty { try context.requireUser() } else { try context.requireRole(anyOf: roles) }
        return try await next(request, context)
    }
}

/// For `/link/v1`: only nodes whose certificate TLS has verified and whose name this node knows.
package struct PeerNodeRequirement: RouterMiddleware {
    package typealias Context = JieliRequestContext

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try context.requirePeerNode()
        return try await next(request, context)
    }
}
