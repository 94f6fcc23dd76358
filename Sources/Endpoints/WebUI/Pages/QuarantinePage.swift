// /quarantine: what was refused for its bytes, and why.

import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct QuarantinePage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/quarantine", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let page = try await QuarantineDesk(web.flow).list(limit: QuarantineRoutes.pageSize, offset: offset)
        let bounds = web.flow.node.storage.quarantine
        let last = offset + page.entries.count
        var fields: Fields = [
            "objects": page.entries.map { self.fields(QuarantineAnswer($0, words: words), words) },
            "isEmpty": page.totals.entries == 0,
            "countText": words(
                "quarantine.count",
                [
                    "count": page.totals.entries, "bytes": words.bytes(page.totals.bytes),
                    "most": words.bytes(bounds.bytes), "days": Int(bounds.keptFor.seconds / 86400),
                ]),
        ]
        if offset > 0 || last < page.totals.entries {
            fields["pageText"] = words("obligation.page", ["first": offset + 1, "last": last])
        }
        if offset > 0 { fields["previousHref"] = "/quarantine?offset=\(max(0, offset - QuarantineRoutes.pageSize))" }
        if last < page.totals.entries { fields["nextHref"] = "/quarantine?offset=\(last)" }
        if request.query("fragment") != nil { return try renderer.fragment("quarantine-list", fields) }
        return try renderer.page("quarantine", title: words["quarantine.title"], script: "operator", fields)
    }

    private func fields(_ answer: QuarantineAnswer, _ words: Words) -> Fields {
        var fields: Fields = [
            "id": answer.id, "text": answer.text, "detail": answer.detail, "sender": answer.sender,
            "senderKind": words["quarantine.sender.\(answer.senderKind)"], "bytes": words.bytes(answer.bytes),
            "at": answer.at, "times": answer.times,
        ]
        if answer.times > 1 { fields["again"] = words("quarantine.times", ["count": answer.times]) }
        fields.put("address", answer.senderAddress)
        fields.put("instance", answer.sopInstanceUID)
        fields.put("study", answer.studyInstanceUID)
        if let uid = answer.transferSyntaxUID { fields["syntax"] = TransferSyntax(rawValue: uid)?.name ?? uid }
        return fields
    }
}
