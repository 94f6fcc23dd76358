// /templates: what reports start from, and the reader's own.

import Foundation
import HTTPService
import Hummingbird
import StudyFlow
import Templates
import Vocabulary

struct TemplatesPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/templates", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let library = try await TemplateDesk(web.flow).library(of: user.name, over: web.templates)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let fields: Fields = [
            "templates": library.templates.sorted { first, second in first.source.rank < second.source.rank }
                .map { self.fields($0, words) },
            "phrases": library.phrases.map { phrase in
                ["keys": phrase.keys.joined(separator: "  "), "text": phrase.text] as Fields
            },
        ]
        if request.query("fragment") != nil { return try renderer.fragment("template-list", fields) }
        return try renderer.page("templates", title: words["template.title"], script: "operator", fields)
    }

    private func fields(_ template: ReportTemplate, _ words: Words) -> Fields {
        let scope = template.scope.modalities + template.scope.bodyParts.prefix(6)
        var fields: Fields = [
            "name": template.name, "source": words["template.source.\(template.source.rawValue)"],
            "scope": scope.isEmpty ? words["template.any"] : scope.joined(separator: " "),
            "findings": template.findings, "impression": template.impression,
            "fieldNames": template.fields.map(\.name).joined(separator: "、"),
        ]
        if template.source == .own {
            fields["deleteQuery"] =
                template.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? template.name
        }
        return fields
    }
}

extension ReportTemplate.Source {
    /// The reader's own first.
    fileprivate var rank: Int {
        switch self {
        case .own: 0
        case .node: 1
        case .shipped: 2
        }
    }
}
