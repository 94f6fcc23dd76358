// /obligations: everything some node still owes, oldest first.

import HTTPService
import Hummingbird
import Identity
import StudyFlow
import Vocabulary

struct ObligationsPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/obligations", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(anyOf: [.radiographer, .radiologist, .operator])
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let page = try await NodeViews(web.flow).obligations(limit: ObligationRoutes.pageSize, offset: offset)
        var fields: Fields = [
            "groups": page.groups.map { group in
                self.fields(ObligationGroupAnswer(group, at: web.flow.node.name, words: words, for: user), words)
            },
            "countText": page.total == 0 ? "" : words("obligation.count", ["count": page.total]),
        ]
        let last = offset + page.groups.count
        if offset > 0 || last < page.total {
            fields["pageText"] = words("obligation.page", ["first": offset + 1, "last": last])
        }
        if offset > 0 { fields["previousHref"] = "/obligations?offset=\(max(0, offset - ObligationRoutes.pageSize))" }
        if last < page.total { fields["nextHref"] = "/obligations?offset=\(last)" }
        if request.query("fragment") != nil { return try renderer.fragment("obligation-list", fields) }
        return try renderer.page("obligations", title: words["obligation.title"], script: "operator", fields)
    }

    private func fields(_ group: ObligationGroupAnswer, _ words: Words) -> Fields {
        var fields: Fields = [
            "since": group.since, "priority": words.fields(group.priority), "isStudy": group.studyInstanceUID != nil,
            "obligations": group.obligations.map { self.fields($0, words) },
            "description": group.description ?? "",
            "modalities": group.modalities.filter { !["SR", "DOC"].contains($0) }.joined(separator: " "),
        ]
        if let study = group.studyInstanceUID {
            fields["href"] = "/studies/\(study)"
            fields["name"] = name(of: group, study, words)
            fields["uid"] = study.rawValue
        }
        fields.put("patientName", group.patientName)
        return fields
    }

    /// The accession number, else the end of the UID: what a person can say on the telephone.
    private func name(of group: ObligationGroupAnswer, _ study: StudyInstanceUID, _ words: Words) -> String {
        if let accession = group.accessionNumber, !accession.isEmpty { return accession }
        return "…" + study.rawValue.suffix(10)
    }

    private func fields(_ obligation: ObligationAnswer, _ words: Words) -> Fields {
        let needsPerson = [.parked, .conflict, .stuck, .parkedEvent, .retake].contains(obligation.kind)
        var fields: Fields = [
            "hop": obligation.from == obligation.to
                ? obligation.from.rawValue : "\(obligation.from) → \(obligation.to)",
            "text": obligation.text, "since": obligation.since, "advice": obligation.advice,
            "tone": needsPerson || !obligation.isConfigured
                ? "failed" : obligation.trouble != nil ? "warning" : "active",
            "kindLabel": words["obligationKind.\(obligation.kind.rawValue)"],
            "actions": obligation.actions.map { action in
                var button: Fields = [
                    "call": "\(action.method) \(action.path)",
                    "label": words["obligationAction.\(action.name.rawValue)"],
                    "key": "\(action.name.rawValue)-\(action.path)",
                ]
                if action.name == .cancel { button["confirm"] = "obligation.cancelConfirm" }
                return button
            },
        ]
        fields.put("lastError", obligation.lastError)
        fields.put("reason", obligation.reason)
        fields.put("nextAttemptAt", obligation.nextAttemptAt)
        return fields
    }
}
