// "/": everybody to where their work is.

import HTTPService
import HTTPTypes
import Hummingbird
import Vocabulary

struct HomePage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/") { [web] _, context in
            let user = try context.requireUser()
            if user.may(.radiologist), web.flow.node.hasReadingRole { return Response.goTo("/worklist") }
            return Response.goTo(user.may(.operator) ? "/operator" : "/studies")
        }
    }
}

extension Response {
    static func goTo(_ path: String) -> Response { Response(status: .seeOther, headers: [.location: path]) }
}
