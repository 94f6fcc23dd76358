// What machines ask: alive, ready, how many.

import HTTPTypes
import Hummingbird
import NIOCore
import Observability
import Vocabulary

/// Whether this node can do its work, part by part.
package struct Readiness: Sendable, Encodable {
    package struct Part: Sendable, Encodable {
        package var name: String
        package var isReady: Bool
        /// What is wrong and what an operator can do; never about a patient.
        package var reason: String?

        package init(name: String, isReady: Bool, reason: String? = nil) {
            self.name = name
            self.isReady = isReady
            self.reason = reason
        }
    }

    package var parts: [Part]
    package var isReady: Bool { parts.allSatisfy(\.isReady) }

    package init(parts: [Part] = []) { self.parts = parts }
}

/// `/healthz` (the process answers), `/readyz` (it can work; reasons only for those who may know), `/metrics`.
struct HealthRoutes: Sendable {
    let metrics: MetricRegistry
    let readiness: @Sendable () async -> Readiness
    /// Brings gauges up to date just before they are read.
    let refreshMetrics: @Sendable () async -> Void

    func addRoutes(to router: Router<JieliRequestContext>) {
        router.get("/healthz") { _, _ in Self.text("ok\n") }
        router.get("/readyz", use: ready)
        router.get("/metrics", use: scrape)
    }

    @Sendable private func ready(request: Request, context: JieliRequestContext) async throws -> Response {
        let state = await readiness()
        var shown = state
        if !Self.maySeeInside(context) {
            for index in shown.parts.indices { shown.parts[index].reason = nil }
        }
        struct Body: Encodable {
            var ready: Bool
            var parts: [Readiness.Part]
        }
        return try .json(
            Body(ready: state.isReady, parts: shown.parts), status: state.isReady ? .ok : .serviceUnavailable)
    }

    @Sendable private func scrape(request: Request, context: JieliRequestContext) async throws -> Response {
        guard Self.maySeeInside(context) else {
            try context.requireUser()
            throw HTTPProblem.forbidden
        }
        await refreshMetrics()
        return Self.text(metrics.text(), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// From this machine, or with an operator's login or token.
    private static func maySeeInside(_ context: JieliRequestContext) -> Bool {
        context.isLoopback || context.user?.user.may(.operator) == true
    }

    private static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
