// /retention: studies that were kept long enough, for the operator to confirm.

import HTTPService
import Hummingbird
import Retention
import StudyFlow
import Vocabulary

struct RetentionPage: Sendable {
    private static let most = 200

    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/retention", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let desk = RetentionDesk(web.flow)
        let found = try await desk.list(limit: Self.most)
        let fields: Fields = [
            "studies": found.map { self.fields($0, words) }, "isEmpty": found.isEmpty,
            "rules": (desk.rules.map { $0.rules + [$0.otherwise] } ?? []).map { rule -> Fields in
                [
                    "name": rule.name == "otherwise" ? words["retention.otherwise"] : rule.name,
                    "years": words("retention.years", ["count": rule.keepYears]), "source": rule.source ?? "",
                ]
            },
            "graceText": words("retention.grace", ["days": desk.rules?.graceDays ?? 0]),
        ]
        if request.query("fragment") != nil { return try renderer.fragment("retention-list", fields) }
        return try renderer.page("retention", title: words["retention.title"], script: "operator", fields)
    }

    private func fields(_ candidate: RetentionCandidate, _ words: Words) -> Fields {
        let study = candidate.study
        var fields = words.studyFields(study)
        fields["until"] = candidate.term.until.description
        fields["rule"] =
            candidate.term.rule.name == "otherwise" ? words["retention.otherwise"] : candidate.term.rule.name
        fields["bytes"] = words.bytes(study.byteCount)
        fields["body"] = "{\"studies\": [\"\(study.studyInstanceUID)\"]}"
        fields["mayExpire"] = candidate.obstacle == nil
        fields.put("obstacle", candidate.obstacle.map { words["retention.obstacle.\($0.rawValue)"] })
        return fields
    }
}
