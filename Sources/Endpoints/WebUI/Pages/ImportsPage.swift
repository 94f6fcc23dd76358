// /imports: discs, folders and zip files, brought in by hand.

import HTTPService
import Hummingbird

/// The page itself knows nothing; its script talks to /api/v1/imports.
struct ImportsPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/imports", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiographer, .operator)
        let renderer = web.renderer(request, context)
        return try renderer.page("imports", title: renderer.words["imports.title"], script: "imports")
    }
}
