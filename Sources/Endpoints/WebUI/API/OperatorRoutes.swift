// /api/v1/operator, /deliveries, /conflicts, /parked-events

import Foundation
import HTTPService
import Hummingbird
import Relay
import StudyFlow
import Vocabulary

struct OperatorRoutes: Sendable {
    private let web: WebUI
    private var desk: OperatorDesk { OperatorDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/operator", use: overview)
        router.get("/api/v1/deliveries", use: deliveries)
        router.post("/api/v1/deliveries/retry", use: retryAll)
        router.post("/api/v1/deliveries/:id/retry", use: retry)
        router.post("/api/v1/deliveries/:id/cancel", use: cancel)
        router.post("/api/v1/conflicts/:id/resolve", use: resolve)
        router.post("/api/v1/parked-events/:id/retry", use: retryEvent)
        router.post("/api/v1/refused-files/dismiss", use: dismissAll)
        router.post("/api/v1/refused-files/:id/dismiss", use: dismiss)
    }

    private struct Changed: Encodable {
        var changed: Int
    }

    @Sendable private func overview(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        return try .json(OverviewAnswer(try await NodeViews(web.flow).overview()))
    }

    private struct List: Encodable {
        var deliveries: [DeliveryAnswer]
        var total: Int
    }

    @Sendable private func deliveries(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        var filter = DeliveryFilter()
        if request.query("state") != nil { filter.states = [try request.query("state", default: DeliveryState.parked)] }
        filter.destination = try node(request)
        filter.study = request.query("study").flatMap(StudyInstanceUID.init(rawValue:))
        let limit = try request.query("limit", in: 1...500, default: 100)
        let offset = try request.query("offset", in: 0...10_000_000, default: 0)
        let page = try await web.flow.database.read { [flow = web.flow, filter] in
            try flow.deliveries.list(filter, limit: limit, offset: offset, in: $0)
        }
        return try .json(List(deliveries: page.deliveries.map(DeliveryAnswer.init), total: page.total))
    }

    @Sendable private func retryAll(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        return try .json(Changed(changed: try await desk.retryAllParked(to: try node(request), by: user.name)))
    }

    @Sendable private func retry(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        return try .json(Changed(changed: try await desk.retry([try await delivery(context)], by: user.name)))
    }

    @Sendable private func cancel(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        return try .json(Changed(changed: try await desk.cancel([try await delivery(context)], by: user.name)))
    }

    @Sendable private func resolve(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        guard try await desk.resolve(id, by: user.name) else { throw HTTPProblem.notFound }
        return try .json(Changed(changed: 1))
    }

    @Sendable private func dismissAll(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        return try .json(Changed(changed: try await desk.dismissRefusedFile(nil)))
    }

    @Sendable private func dismiss(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        return try .json(Changed(changed: try await desk.dismissRefusedFile(id)))
    }

    @Sendable private func retryEvent(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        let id = context.parameters.get("id").flatMap(UUID.init(uuidString:))
        let parked = try await web.flow.database.read { [flow = web.flow] in try flow.inbox.parked(in: $0) }
        guard let event = parked.first(where: { $0.id == id }) else { throw HTTPProblem.notFound }
        guard try await web.retryParkedEvent(event.id, event.peer, user.name) else {
            throw HTTPProblem.conflict(
                code: "still_parked",
                Sentence("事件仍无法处理，原因见运维页", "the event still can't be applied; the operator's page says why"))
        }
        return try .json(Changed(changed: 1))
    }

    private func node(_ request: Request) throws -> NodeName? {
        guard let name = request.query("node") else { return nil }
        guard let node = NodeName(rawValue: name) else {
            throw HTTPProblem.badRequest(code: "wrong_parameter", Sentence("node 不是节点名", "node is not a node's name"))
        }
        return node
    }

    /// - Throws: 404 when there is no such delivery.
    private func delivery(_ context: JieliRequestContext) async throws -> Int64 {
        guard let id = context.parameters.get("id").flatMap({ Int64($0) }) else { throw HTTPProblem.notFound }
        let known = try await web.flow.database.read { [flow = web.flow] in
            try flow.deliveries.delivery(id, in: $0) != nil
        }
        guard known else { throw HTTPProblem.notFound }
        return id
    }
}
