// /charsets: which modality writes how, and what its studies look like then.

import Archive
import Foundation
import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct CharsetsPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/charsets", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let wanted = request.query("source")
        let sources = try await CharsetDesk(web.flow).sources()
        let listed: Fields = ["sources": sources.map { self.fields($0, wanted, words) }]
        if request.query("fragment") == "list" { return try renderer.fragment("charset-list", listed) }

        var fields = listed
        if let wanted {
            let standing = sources.first { $0.name == wanted }?.settings.first { $0.station + $0.manufacturer == "" }
            let asked = request.query("encoding")
            // "declared" is a choice of its own: a setting is taken back.
            let encoding = asked == "declared" ? nil : try CharsetRoutes.encoding(asked) ?? standing?.encoding
            let previews = try await web.charsetPreview(wanted, as: encoding, context)
            let chosen: Fields = [
                "previews": previews.map { self.fields($0, words) },
                "heading": words("charset.preview", ["source": wanted]),
                "thenLabel": words("charset.then", ["encoding": label(encoding, words)]),
            ]
            if request.query("fragment") == "preview" { return try renderer.fragment("charset-preview", chosen) }
            fields = fields.merged(with: chosen)
            fields["chosen"] =
                [
                    "source": wanted, "body": try body(wanted, encoding),
                    "isNews": standing?.encoding != encoding,
                    "choices": choices(encoding, words),
                ] as Fields
        }
        return try renderer.page("charsets", title: words["charset.title"], script: "operator", fields)
    }

    private struct Wish: Encodable {
        var source: String
        var encoding: CharacterEncoding?
    }

    private func body(_ source: String, _ encoding: CharacterEncoding?) throws -> String {
        String(decoding: try JSONEncoder().encode(Wish(source: source, encoding: encoding)), as: UTF8.self)
    }

    private func label(_ encoding: CharacterEncoding?, _ words: Words) -> String {
        words[encoding.map { "encoding.\($0.rawValue)" } ?? "encoding.declared"]
    }

    private func choices(_ current: CharacterEncoding?, _ words: Words) -> [Fields] {
        ([nil] + CharacterEncoding.allCases).map { (encoding: CharacterEncoding?) in
            [
                "code": encoding?.rawValue ?? "declared", "label": label(encoding, words),
                "isCurrent": encoding == current,
            ]
        }
    }

    private func fields(_ source: CharsetSource, _ wanted: String?, _ words: Words) -> Fields {
        let kept = CharacterSet.alphanumerics
        let name = source.name.addingPercentEncoding(withAllowedCharacters: kept) ?? ""
        var fields: Fields = [
            "name": source.name, "href": "/charsets?source=\(name)", "isCurrent": source.name == wanted,
            "studies": source.seen?.studies ?? 0,
            "settings": source.settings.map { setting -> Fields in
                let only = [setting.station, setting.manufacturer].filter { !$0.isEmpty }.joined(separator: " · ")
                var fields: Fields = [
                    "label": label(setting.encoding, words), "setBy": setting.setBy,
                    "setAt": setting.setAt.description,
                ]
                if !only.isEmpty { fields["only"] = only }
                return fields
            },
        ]
        fields.put("kindLabel", (source.seen?.kind).map { words["charset.kind.\($0.rawValue)"] })
        fields.put("lastReceivedAt", source.seen?.lastReceivedAt.description)
        if let job = source.job { fields["job"] = self.fields(job, words) }
        return fields
    }

    private func fields(_ job: RereadJob, _ words: Words) -> Fields {
        var notes: [String] = []
        if job.away > 0 { notes.append(words("charset.away", ["count": job.away])) }
        if job.failed > 0 { notes.append(words("charset.failed", ["count": job.failed])) }
        let isDone = job.finishedAt != nil
        let total = job.total.map { max($0, job.done) }
        var fields: Fields = [
            "text": words(
                isDone ? "charset.rereadDone" : "charset.rereading",
                ["done": job.done, "total": total.map(String.init) ?? "…", "changed": job.changed]),
            "isOpen": !isDone, "done": job.done, "total": max(total ?? 1, 1),
        ]
        if !notes.isEmpty { fields["notes"] = notes.joined(separator: " · ") }
        return fields
    }

    private func fields(_ preview: CharsetPreview, _ words: Words) -> Fields {
        [
            "href": "/studies/\(preview.study)", "declared": preview.declared ?? words["charset.undeclared"],
            "name": preview.name ?? "", "description": preview.description ?? "", "nameThen": preview.nameThen ?? "",
            "descriptionThen": preview.descriptionThen ?? "",
            "isOther": preview.nameThen != preview.name || preview.descriptionThen != preview.description,
        ]
    }
}
