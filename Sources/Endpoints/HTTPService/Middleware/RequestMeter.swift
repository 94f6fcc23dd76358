// Counting and noting requests.

import HTTPTypes
import Hummingbird
import Logging
import Observability
import Vocabulary

/// One debug line and one count per request, by the route's pattern: no path, no query string, no body, ever.
package struct RequestMeter: RouterMiddleware {
    package typealias Context = JieliRequestContext

    private let metrics: MetricRegistry

    package init(metrics: MetricRegistry = .shared) { self.metrics = metrics }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let route = context.endpointPath ?? "-"
        let elapsed = ContinuousClock.now - start
        let labels = ["method": request.method.knownName, "route": route, "status": "\(response.status.code)"]
        metrics.add(to: "jieli_http_requests_total", labels: labels)
        metrics.add(Double(elapsed.milliseconds) / 1000, to: "jieli_http_seconds_total", labels: labels)
        context.logger.log(
            .debug, "request answered",
            [
                .path: "\(request.method.knownName) \(route)", .status: "\(response.status.code)",
                .milliseconds: "\(elapsed.milliseconds)", .address: "\(context.remoteAddress)",
            ])
        return response
    }
}

extension HTTPRequest.Method {
    /// A client can invent methods; the metrics know a fixed set.
    var knownName: String {
        [.get, .head, .post, .put, .patch, .delete, .options].contains(self) ? rawValue : "other"
    }
}
