// The router that all endpoints add their routes to.

import Hummingbird
import Observability

/// Builds the router with its middlewares in order, outermost first: counting, compression, security headers, error answers, body
/// limits, authentication, forgery protection. Then `DICOMweb`, `NodeLink` and `WebUI` add theirs:
///
/// ```swift
/// let router = JieliRouter.make(access: access, options: options)
/// dicomWeb.addRoutes(to: router)
/// let service = HTTPService(router: router, configuration: configuration, logger: logger)
/// ```
///
/// Handlers throw `HTTPProblem`, `HTTPProblemConvertible` or any `ClassifiedError`; they ask the context who calls.
package enum JieliRouter {
    package struct Options: Sendable {
        package var bodyLimits = BodyLimit.standardRules
        /// Where a browser is sent that isn't logged in; `nil` answers 401.
        package var loginPath: String?
        package var errorPage: ErrorAnswers.Page?
        package var metrics = MetricRegistry.shared
        package var readiness: @Sendable () async -> Readiness = { Readiness() }
        package var refreshMetrics: @Sendable () async -> Void = {}

        package init() {}
    }

    package static func make(access: HTTPAccess, options: Options = Options()) -> Router<JieliRequestContext> {
        let router = Router(context: JieliRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestMeter(metrics: options.metrics))
        router.add(middleware: AnswerCompression())
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ErrorAnswers(loginPath: options.loginPath, page: options.errorPage))
        router.add(middleware: BodyLimit(rules: options.bodyLimits))
        router.add(middleware: Authentication(access: access))
        router.add(middleware: RequestForgeryProtection())
        HealthRoutes(
            metrics: options.metrics, readiness: options.readiness, refreshMetrics: options.refreshMetrics
        ).addRoutes(to: router)
        LoginRoutes(access: access).addRoutes(to: router)
        return router
    }
}
