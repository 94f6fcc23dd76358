// /api/v1/orders

import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

struct OrderRoutes: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/orders", use: list)
        router.post("/api/v1/orders", use: place)
        router.get("/api/v1/orders/:id", use: one)
        router.post("/api/v1/orders/:id/attach", use: attach)
        router.post("/api/v1/orders/:id/detach", use: detach)
    }

    private enum Filter: String, CaseIterable {
        case placed, matched, cancelled, all

        var states: Set<OrderState> { OrderState(rawValue: rawValue).map { [$0] } ?? Set(OrderState.allCases) }
    }

    private struct List: Encodable {
        var orders: [OrderAnswer]
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let states = try request.query("state", default: Filter.all).states
        let limit = try request.query("limit", in: 1...500, default: 100)
        let orders = try await web.orders(states, limit: limit)
        return try .json(List(orders: orders.map(OrderAnswer.init)))
    }

    @Sendable private func place(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer)
        let form = try await RequestBody.decode(OrderRequest.self, from: request).form()
        if let study = form.study { _ = try await web.story(of: study) }
        let order = try await OrderDesk(web.flow).place(form, by: person)
        return try .json(OrderAnswer(order), status: .created)
    }

    @Sendable private func one(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let id = try context.pathOrder()
        let found = try await web.flow.database.read { [flow = web.flow] in try flow.orders.order(id, in: $0) }
        guard let found else { throw HTTPProblem.notFound }
        return try .json(OrderAnswer(found))
    }

    @Sendable private func attach(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer)
        let wanted = try await RequestBody.decode(AttachRequest.self, from: request)
        _ = try await web.story(of: wanted.studyInstanceUID)
        let order = try await OrderDesk(web.flow).attach(
            try context.pathOrder(), to: wanted.studyInstanceUID, by: person)
        return try .json(OrderAnswer(order))
    }

    @Sendable private func detach(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer)
        return try .json(OrderAnswer(try await OrderDesk(web.flow).detach(try context.pathOrder(), by: person)))
    }
}

extension WebUI {
    func orders(_ states: Set<OrderState>, limit: Int) async throws -> [Order] {
        try await flow.database.read { try flow.orders.orders(states, limit: limit, in: $0) }
    }
}
