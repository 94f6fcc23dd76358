// Telling browsers what they may do with our pages.

import HTTPTypes
import Hummingbird

/// Sets the headers that a handler has not set itself. Scripts and styles come from files of this node only; frames,
/// plug-ins and foreign hosts are out.
package struct SecurityHeaders: RouterMiddleware {
    package typealias Context = JieliRequestContext

    /// `blob:` and `data:` images are frames that the viewer decoded; workers come from files.
    package static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
        "font-src 'self'", "connect-src 'self'", "media-src 'self' blob:", "worker-src 'self'", "manifest-src 'self'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// Of pages with a viewer: a PDF of the study stands in a frame there; nothing else of this node may be framed by anyone.
    package static let contentSecurityPolicyOfViewers = contentSecurityPolicy + "; frame-src 'self'"

    private static let fixed: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, contentSecurityPolicy),
        (.xContentTypeOptions, "nosniff"),
        (.known("X-Frame-Options"), "DENY"),
        (.known("Referrer-Policy"), "same-origin"),
        (.known("Cross-Origin-Opener-Policy"), "same-origin"),
        (.known("Cross-Origin-Resource-Policy"), "same-origin"),
        (.known("Permissions-Policy"), "geolocation=(), payment=(), usb=()"),
    ]

    package init() {}

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in Self.fixed where response.headers[name] == nil { response.headers[name] = value }
        // Patients' data stays in no cache; files of the page itself say otherwise for themselves.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
