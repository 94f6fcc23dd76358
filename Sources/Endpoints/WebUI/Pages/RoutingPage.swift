// /routing: the rules in words, how much lies before whose readers, and what was decided.

import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct RoutingPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/routing", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(anyOf: [.operator, .radiologist])
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let overview = try await RoutingViews(web.flow).overview()
        let answer = RoutingAnswer(overview, words: words)
        let fields: Fields = [
            "rules": answer.rules.enumerated().map { index, rule in
                var fields: Fields = ["number": index + 1, "name": rule.name, "line": rule.line, "text": rule.text]
                if let isOpen = rule.isOpen {
                    fields["standing"] =
                        [
                            "tone": isOpen ? "warning" : "done",
                            "label": words[isOpen ? "routing.open" : "routing.closed"], "since": rule.since ?? "",
                        ] as Fields
                }
                return fields
            },
            "hasRules": !answer.rules.isEmpty,
            "loads": zip(answer.loads, overview.loads).map { load, report in
                [
                    "node": load.node, "isHere": report.node == web.flow.node.name, "text": load.text,
                    "readers": load.readersOnDuty.map(String.init) ?? "–", "tasks": load.tasks, "at": load.at,
                ] as Fields
            },
            "hasLoads": !answer.loads.isEmpty, "hasRoster": overview.hasRoster,
            "decisions": answer.decisions.map { decision in
                [
                    "at": decision.at, "text": decision.text, "facts": decision.facts,
                    "occasion": words["routing.occasion.\(decision.occasion)"],
                    "href": "/studies/\(decision.studyInstanceUID)",
                    "study": "…" + decision.studyInstanceUID.suffix(10),
                ] as Fields
            },
            "hasDecisions": !answer.decisions.isEmpty,
        ]
        if request.query("fragment") != nil { return try renderer.fragment("routing-overview", fields) }
        return try renderer.page("routing", title: words["routing.title"], script: "operator", fields)
    }
}
