// What went wrong, for a person.

import HTTPService
import HTTPTypes
import Hummingbird

struct MessagePage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    @Sendable func answer(_ problem: HTTPProblem, _ context: JieliRequestContext) -> Response {
        let renderer = PageRenderer(web, context, path: "/")
        let words = renderer.words
        let (heading, text): (String, String) =
            switch problem.status {
            case .notFound: (words["error.404"], words["error.404text"])
            case .forbidden: (words["error.403"], words["error.403text"])
            case .internalServerError: (words["error.500"], words["error.500text"])
            default: (words["error.500"], problem.sentence.text(in: context.language))
            }
        do {
            return try renderer.page(
                "message", title: heading, status: problem.status, ["heading": heading, "text": text])
        } catch {
            return problem.json(in: context.language)
        }
    }
}
