// Keeping other sites from acting in a logged-in person's name.

import HTTPTypes
import Hummingbird

/// Guards POST, PUT, PATCH and DELETE that browsers send credentials with by themselves: cookies and client
/// certificates. An `Origin` that isn't ours is refused. Without an `Origin` (old browsers, programs) a session cookie
/// counts only beside the header `X-Requested-With`, which no form can set. Bearer tokens are never sent by themselves.
package struct RequestForgeryProtection: RouterMiddleware {
    package typealias Context = JieliRequestContext

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !Self.isSafe(request.method), !context.isTokenAuthenticated else {
            return try await next(request, context)
        }
        if let origin = request.headers[.origin] {
            guard let authority = request.head.authority, origin.lowercased() == "https://\(authority.lowercased())"
            else { throw Self.refusal }
        } else if context.user?.session != nil {
            guard request.headers[.requestedWith] != nil else { throw Self.refusal }
        }
        return try await next(request, context)
    }

    private static func isSafe(_ method: HTTPRequest.Method) -> Bool {
        [.get, .head, .options].contains(method)
    }

    private static let refusal = HTTPProblem(
        .forbidden, code: "cross_site",
        Sentence(
            "请求来自其他网站，已被拒绝；请从本页面操作",
            "the request came from another site and was refused; send X-Requested-With, or work from this node's pages")
    )
}

extension JieliRequestContext {
    fileprivate var isTokenAuthenticated: Bool {
        if case .token = user?.credential { true } else { false }
    }
}

extension HTTPField.Name {
    /// `X-Requested-With: jieli`, which our pages send with every change.
    package static var requestedWith: Self { known("X-Requested-With") }
}
