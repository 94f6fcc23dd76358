// /api/v1/obligations, and what an operator does about a study's

import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct ObligationRoutes: Sendable {
    static let pageSize = 50

    private let web: WebUI
    private var desk: OperatorDesk { OperatorDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/obligations", use: list)
        router.post("/api/v1/studies/:study/deliveries/:node/retry", use: retry)
        router.post("/api/v1/studies/:study/deliveries/:node/cancel", use: cancel)
        router.post("/api/v1/studies/:study/report/fetch", use: fetchReport)
    }

    private struct List: Encodable {
        var groups: [ObligationGroupAnswer]
        var total: Int
    }

    private struct Changed: Encodable {
        var changed: Int
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(anyOf: [.radiographer, .radiologist, .operator])
        let study = try request.query("study").map { text in
            guard let study = StudyInstanceUID(rawValue: text) else {
                throw HTTPProblem.badRequest(
                    code: "wrong_parameter", Sentence("study 不是检查 UID", "study is not a Study Instance UID"))
            }
            return study
        }
        let page = try await NodeViews(web.flow).obligations(
            limit: try request.query("limit", in: 1...200, default: Self.pageSize),
            offset: try request.query("offset", in: 0...1_000_000, default: 0), study: study)
        let words = web.words(context)
        return try .json(
            List(
                groups: page.groups.map {
                    ObligationGroupAnswer($0, at: web.flow.node.name, words: words, for: user)
                }, total: page.total))
    }

    @Sendable private func retry(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        return try .json(
            Changed(changed: try await desk.retry(try context.pathStudy(), to: try node(context), by: user.name)))
    }

    @Sendable private func cancel(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        return try .json(
            Changed(changed: try await desk.cancel(try context.pathStudy(), to: try node(context), by: user.name)))
    }

    @Sendable private func fetchReport(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        return try .json(Changed(changed: try await desk.fetchReport(of: try context.pathStudy())))
    }

    private func node(_ context: JieliRequestContext) throws -> NodeName {
        guard let node = context.parameters.get("node").flatMap(NodeName.init(rawValue:)) else {
            throw HTTPProblem.notFound
        }
        return node
    }
}
