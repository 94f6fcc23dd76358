// /api/v1/routing, why a study is read where it is, and asking a task back

import Foundation
import HTTPService
import Hummingbird
import Routing
import StudyFlow
import Vocabulary

struct RoutingRoutes: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/routing", use: overview)
        router.get("/api/v1/studies/:study/routing", use: explain)
        router.post("/api/v1/tasks/:id/ask-back", use: askBack)
    }

    @Sendable private func overview(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(anyOf: [.operator, .radiologist])
        return try .json(RoutingAnswer(try await RoutingViews(web.flow).overview(), words: web.words(context)))
    }

    @Sendable private func explain(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        guard let explanation = try await RoutingViews(web.flow).explain(try context.pathStudy()) else {
            throw HTTPProblem.notFound
        }
        return try .json(RoutingExplanationAnswer(explanation, words: web.words(context)))
    }

    private struct AskBackRequest: Decodable {
        var reason: String?
    }

    private struct Asked: Encodable {
        var task: String
        var askedFrom: String
    }

    @Sendable private func askBack(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .operator)
        let reason = try await RequestBody.decode(AskBackRequest.self, from: request).reason ?? ""
        let given = try RequestBody.checked(
            reason.trimmingCharacters(in: .whitespacesAndNewlines), "reason", atMost: 1000)
        let task = try await RoutingDesk(web.flow).askBack(
            try context.pathTask(), reason: given.isEmpty ? "\(person.displayName) 召回 asked back" : given, by: person)
        return try .json(Asked(task: task.id.rawValue, askedFrom: task.offeredTo?.rawValue ?? ""))
    }
}
