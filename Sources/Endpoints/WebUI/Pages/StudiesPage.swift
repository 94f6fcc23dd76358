// /studies: where every study is, for the radiographer.

import Archive
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

struct StudiesPage: Sendable {
    private static let shown = 50

    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/studies", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let stage = try request.query("stage", default: StudyStage.open)
        var query = web.studyQuery(request)
        query.limit = Self.shown
        let found = try await web.stories(matching: query, stage: stage)
        let waiting = try await web.orders([.placed], limit: 20)

        var fields: Fields = [
            "studies": found.stories.map { $0.fields(words, for: user) },
            "countText": words("studies.count", ["count": found.total]), "mayOrder": user.may(.radiographer),
        ]
        fields["disk"] = words.fields(try await StorageViews(web.flow).forecast())
        if found.total > found.stories.count || found.stories.count == Self.shown {
            fields["moreText"] = words("studies.more", ["shown": found.stories.count])
        }
        if !waiting.isEmpty, web.flow.node.tier == .edge || user.may(.radiographer) {
            fields["orders"] = ["count": waiting.count, "items": waiting.map(words.fields)] as Fields
        }
        if request.query("fragment") != nil { return try renderer.fragment("study-list", fields) }

        fields["filter"] = filter(request, stage, words)
        fields = fields.merged(with: web.orderFormFields(words))
        return try renderer.page("studies", title: words["studies.title"], script: "studies", fields)
    }

    private func filter(_ request: Request, _ stage: StudyStage, _ words: Words) -> Fields {
        let labels: [(StudyStage, String)] = [
            (.open, "studies.open"), (.home, "studies.home"), (.acknowledged, "studies.done"), (.all, "studies.all"),
        ]
        let text = request.query("text")
        let (from, to) = (DICOMText.civilDate(request.query("from")), DICOMText.civilDate(request.query("to")))
        return [
            "text": text ?? "", "from": from?.description ?? "", "to": to?.description ?? "",
            "isActive": text != nil || from != nil || to != nil,
            "stages": labels.map { each, label in
                ["code": each.rawValue, "label": words[label], "isCurrent": each == stage] as Fields
            },
        ]
    }
}

extension WebUI {
    /// What the order form offers.
    func orderFormFields(_ words: Words) -> Fields {
        var destinations = flow.node.parents + flow.node.reachable.keys.sorted()
        if flow.node.hasReadingRole { destinations.insert(flow.node.name, at: 0) }
        var seen: Set<NodeName> = []
        return [
            "priorities": words.priorities(current: .routine),
            "destinations": destinations.filter { seen.insert($0).inserted }.map(\.rawValue),
        ]
    }
}
