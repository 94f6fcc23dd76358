// /operator: queues, links, disk, and what needs a person.

import Archive
import HTTPService
import Hummingbird
import Outbox
import Relay
import StudyFlow
import Vocabulary

struct OperatorPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/operator", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let renderer = web.renderer(request, context)
        let overview = try await NodeViews(web.flow).overview()
        var fields = OverviewFields(overview, words: renderer.words).fields
        if request.query("fragment") != nil { return try renderer.fragment("operator-overview", fields) }
        fields["version"] = overview.version
        return try renderer.page(
            "operator", title: renderer.words["operator.title"], script: "operator", fields)
    }
}
