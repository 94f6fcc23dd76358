// Turning errors into answers.

import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Observability

/// Catches what handlers throw. Programs get `{"error": {"code", "message"}}`; a person's browser that isn't logged in is
/// sent to the login page, other errors become a page where `page` is given.
package struct ErrorAnswers: RouterMiddleware {
    package typealias Context = JieliRequestContext
    /// Renders a problem for a person; `WebUI` gives one.
    package typealias Page = @Sendable (HTTPProblem, JieliRequestContext) -> Response

    private let loginPath: String?
    private let page: Page?

    package init(loginPath: String? = nil, page: Page? = nil) {
        self.loginPath = loginPath
        self.page = page
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.language = Language(request: request)
        do {
            return try await next(request, context)
        } catch {
            let problem = HTTPProblem(error, requestID: context.requestID)
            Self.log(error, as: problem, request: request, context: context)
            var response = answer(problem, request: request, context: context)
            if problem.status == .contentTooLarge { response.headers[.connection] = "close" }
            return response
        }
    }

    private func answer(_ problem: HTTPProblem, request: Request, context: Context) -> Response {
        guard Self.wantsPage(request) else { return problem.json(in: context.language) }
        if problem.status == .unauthorized, let loginPath, request.uri.path != loginPath {
            let next = request.uri.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "/"
            return Response(status: .seeOther, headers: [.location: "\(loginPath)?next=\(next)"])
        }
        return page?(problem, context) ?? problem.json(in: context.language)
    }

    private static func wantsPage(_ request: Request) -> Bool {
        let path = request.uri.path
        return request.method == .get && request.headers[.accept]?.contains("text/html") == true
            && !["/api/", "/dicom-web/", "/link/"].contains { path.hasPrefix($0) }
    }

    /// The route's pattern, never the path or the query: those may hold a patient's ID. Of errors that aren't ours only
    /// the type is logged, for the same reason.
    private static func log(_ error: any Error, as problem: HTTPProblem, request: Request, context: Context) {
        guard problem.status.code >= 500 || problem.code == "peer_refused" else { return }
        let classified = error as? any ClassifiedError
        context.logger.log(
            problem.status.code >= 500 ? .error : .warning, "request failed",
            [
                .path: "\(request.method) \(context.endpointPath ?? "-")", .status: "\(problem.status.code)",
                .error: "\(classified?.description ?? String(reflecting: type(of: error)))",
                .reason: "\(classified?.label ?? "unclassified")", .address: "\(context.remoteAddress)",
            ])
    }
}

extension HTTPProblem {
    /// The answer for programs.
    package func json(in language: Language) -> Response {
        struct Body: Encodable {
            struct Problem: Encodable {
                var code: String
                var message: String
            }
            var error: Problem
        }
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        let body = Body(error: .init(code: code, message: sentence.text(in: language)))
        do {
            return Response(status: status, headers: headers, body: .init(byteBuffer: try JSONBody.encode(body)))
        } catch {
            return Response(status: status)
        }
    }
}
