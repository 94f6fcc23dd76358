// /critical-results: what somebody must hear of at once; and the banner above every page.

import CriticalResults
import HTTPService
import Hummingbird
import Identity
import StudyFlow
import Vocabulary

struct CriticalResultsPage: Sendable {
    private let web: WebUI
    private var views: CriticalResultViews { CriticalResultViews(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/critical-results", use: page)
        router.get("/alerts", use: banner)
    }

    @Sendable private func page(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let renderer = web.renderer(request, context)
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let size = CriticalResultRoutes.pageSize
        let entries = try await views.list(limit: size + 1, offset: offset)
        var fields: Fields = [
            "results": entries.prefix(size).map { self.fields($0, renderer.words, user) }, "isEmpty": entries.isEmpty,
        ]
        if offset > 0 { fields["previousHref"] = "/critical-results?offset=\(max(0, offset - size))" }
        if entries.count > size { fields["nextHref"] = "/critical-results?offset=\(offset + size)" }
        if request.query("fragment") != nil { return try renderer.fragment("critical-list", fields) }
        return try renderer.page(
            "critical-results", title: renderer.words["critical.title"], script: "operator", fields)
    }

    /// What stands above everything on every page: for whom it concerns, red and with sound until somebody answers; for
    /// the reader who marked it and for operators once it was escalated, where it stands.
    @Sendable private func banner(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let renderer = web.renderer(request, context)
        let open = try await views.open()
        let loud = open.filter(\.isForThisNode)
        let quiet = open.filter { entry in
            !entry.isForThisNode
                && (entry.result.markedBy == user.name || (entry.level > 0 && user.may(.operator, .radiologist)))
        }
        func lines(_ entries: [CriticalResultEntry]) -> [Fields] {
            entries.prefix(Self.shown).map { self.fields($0, renderer.words, user) }
        }
        var fields: Fields = [
            "critical": lines(loud), "pending": lines(quiet), "sound": loud.isEmpty ? "none" : "critical",
            "level": loud.map(\.level).max() ?? 0,
        ]
        let retakes = user.may(.radiographer) ? try await QualityViews(web.flow).openRetakes() : []
        let mine = retakes.prefix(Self.shown).map {
            RetakeAnswer($0, words: renderer.words, for: user, at: web.flow.node.name)
        }.filter(\.canAnswer)
        fields["retakes"] = mine.map { $0.fields(renderer.words) }
        if loud.isEmpty, !mine.isEmpty { fields["sound"] = "retake" }
        if loud.count > Self.shown {
            fields["moreText"] = renderer.words("critical.more", ["count": loud.count - Self.shown])
        }
        return try renderer.fragment("alerts", fields)
    }

    private static let shown = 5

    private func fields(_ entry: CriticalResultEntry, _ words: Words, _ user: User) -> Fields {
        CriticalResultAnswer(entry, words: words, for: user, at: web.flow.node.name, now: web.flow.clock.now())
            .fields(entry, words, at: web.flow.node.name)
    }
}

extension CriticalResultAnswer {
    func fields(_ entry: CriticalResultEntry, _ words: Words, at node: NodeName) -> Fields {
        var fields: Fields = [
            "id": id, "href": "/studies/\(studyInstanceUID)", "name": name, "state": state.rawValue,
            "stateLabel": words["critical.state.\(state.rawValue)"], "text": text, "origin": originNode.rawValue,
            "owner": owner.rawValue, "markedBy": markedBy, "markedAt": markedAt,
            "markedAtText": words.time(entry.result.markedAt), "modalities": modalities.joined(separator: " "),
            "description": description ?? "", "heardAt": entry.known.heardAt.description, "level": escalationLevel,
            "isOpen": entry.result.isOpen, "canWithdraw": canWithdraw && entry.result.isOpen,
            // At the hospital itself nobody else need have been told.
            "toldFlag": originNode == node ? "optional" : "required", "isRead": canWithdraw,
            "acknowledged": acknowledgements.map { said in
                var line: Fields = ["node": said.node.rawValue, "by": said.by, "at": said.at]
                line.put("told", said.told)
                return line
            },
            "contacts": contacts.map { ["name": $0.name, "phone": $0.phone] as Fields },
            "hasContacts": !contacts.isEmpty,
            "asksToCall": asksToCall && contacts.isEmpty,
        ]
        fields.put("note", note)
        fields.put("patientName", patientName)
        fields.put("withdrawnReason", withdrawnReason)
        return fields
    }
}
