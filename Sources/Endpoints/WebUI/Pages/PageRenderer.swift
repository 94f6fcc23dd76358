// Templates, filled.

import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Vocabulary

/// Fills a template with what every page has (words, node, person, navigation) and what this one has.
struct PageRenderer: Sendable {
    let web: WebUI
    let context: JieliRequestContext
    let path: String
    let words: Words

    init(_ web: WebUI, _ context: JieliRequestContext, path: String) {
        self.web = web
        self.context = context
        self.path = path
        words = web.words(context)
    }

    /// A whole page. `script` is its module below `js/pages`.
    func page(
        _ template: String, title: String, script: String = "plain", status: HTTPResponse.Status = .ok,
        _ fields: Fields = [:]
    ) throws -> Response {
        try html(template, status: status, frame(title: title, script: script).merged(with: fields))
    }

    /// A part of a page, for its live refresh.
    func fragment(_ template: String, _ fields: Fields) throws -> Response {
        try html("partials/" + template, status: .ok, frame(title: "", script: "").merged(with: fields))
    }

    private func html(_ template: String, status: HTTPResponse.Status, _ fields: Fields) throws -> Response {
        var fields = PageText.separated(fields)
        fields["t"] = words.tree
        guard let text = web.resources.templates.render(fields, withTemplate: template) else {
            throw WebUIError(code: .missingTemplate, message: "there is no template \(template)")
        }
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .contentLanguage: context.language.tag],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func frame(title: String, script: String) -> Fields {
        let other = context.language == .chinese ? Language.english : .chinese
        var fields: Fields = [
            "language": context.language.rawValue, "htmlLanguage": context.language.tag,
            "otherLanguage": other.rawValue, "assets": "/assets/\(web.resources.version)", "title": title,
            "script": script, "modules": modules(script), "path": path,
            "node": ["name": web.flow.node.name.rawValue, "tierLabel": words.label(web.flow.node.tier)] as Fields,
        ]
        if script == "worklist" {
            fields["nextScripts"] = web.resources.modules(ofPage: "reading").joined(separator: " ")
        }
        if let user = context.user?.user {
            fields["user"] =
                ["name": user.name, "displayName": user.displayName, "roleLabel": words.label(user.role)] as Fields
            fields["nav"] = navigation(for: user)
        }
        return fields
    }

    /// Late ones: a browser has six connections, and what the first picture needs must not wait behind seventy scripts.
    private func modules(_ script: String) -> [Fields] {
        guard !script.isEmpty else { return [] }
        let ahead: Set<String>? = script == "reading" ? web.resources.modulesAhead() : nil
        let modules = web.resources.modules(ofPage: script)
        let sorted = modules.filter { ahead?.contains($0) == true } + modules.filter { ahead?.contains($0) != true }
        return sorted.map { module in
            ["href": module, "isLate": ahead.map { !$0.contains(module) } ?? false]
        }
    }

    private func navigation(for user: User) -> [Fields] {
        var places = [("/studies", "nav.studies", "scan")]
        if web.flow.node.hasReadingRole {
            if user.may(.radiologist, .operator) { places.append(("/worklist", "nav.worklist", "list")) }
            if user.may(.radiologist, .operator) { places.append(("/roster", "nav.roster", "people")) }
        }
        places.append(("/critical-results", "nav.critical", "stat"))
        if user.may(.radiologist), !web.flow.peerReviewRules.rules.isEmpty {
            places.append(("/reviews", "nav.reviews", "check"))
        }
        places.append(("/quality", "nav.quality", "fit"))
        if user.may(.radiographer, .operator) { places.append(("/imports", "nav.imports", "import")) }
        if user.may(.operator) {
            places.append(("/operator", "nav.operator", "gauge"))
            places.append(("/obligations", "nav.obligations", "clock"))
            places.append(("/routing", "nav.routing", "link"))
            places.append(("/quarantine", "nav.quarantine", "alert"))
            places.append(("/supervision", "nav.supervision", "people"))
        }
        return places.map { href, label, icon in
            [
                "href": href, "label": words[label], "icon": icon, "isCurrent": path.hasPrefix(href),
                "isCounted": href == "/obligations",
            ]
        }
    }
}

extension WebUI {
    func renderer(_ request: Request, _ context: JieliRequestContext) -> PageRenderer {
        PageRenderer(self, context, path: request.uri.string)
    }
}
