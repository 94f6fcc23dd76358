// /quality: images to be taken again, and how each hospital's images were graded.

import HTTPService
import Hummingbird
import Identity
import ImageQuality
import StudyFlow
import Supervision
import Vocabulary

struct QualityPage: Sendable {
    private static let shown = 50

    private let web: WebUI
    private var views: QualityViews { QualityViews(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/quality", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let open = try await views.openRetakes()
        let ids = Set(open.map(\.retake.id))
        let settled = try await views.retakes(limit: Self.shown).filter { !ids.contains($0.retake.id) }
        func fields(_ entries: [RetakeEntry]) -> [Fields] {
            entries.map {
                RetakeAnswer($0, words: words, for: user, at: web.flow.node.name).fields(words)
            }
        }
        var page: Fields = [
            "open": fields(open), "settled": fields(settled), "hasOpen": !open.isEmpty, "hasSettled": !settled.isEmpty,
        ]
        if request.query("fragment") != nil { return try renderer.fragment("retake-list", page) }
        let period = try request.period(now: web.flow.clock.now())
        let counts = try await views.counts(from: period.start, until: period.end)
        page["period"] = words.fields(period, path: "/quality")
        page["sites"] = counts.map { Self.fields($0, words) }
        page["hasSites"] = !counts.isEmpty
        return try renderer.page("quality", title: words["quality.title"], script: "quality", page)
    }

    private static func fields(_ count: QualityCount, _ words: Words) -> Fields {
        func share(_ grade: QualityGrade) -> Fields {
            [
                "count": count.grades[grade] ?? 0,
                "percent": Int(((count.share(of: grade) ?? 0) * 100).rounded()), "grade": grade.rawValue,
            ]
        }
        let reasons = QualityReason.allCases.compactMap { reason in
            count.reasons[reason].map { "\(words["quality.reason.\(reason.rawValue)"]) \($0)" }
        }
        var x = 0.0
        let bars = QualityGrade.allCases.map { grade -> Fields in
            let width = (count.share(of: grade) ?? 0) * 100
            defer { x += width }
            return ["x": x, "width": width, "grade": grade.rawValue]
        }
        return [
            "origin": count.origin.rawValue, "modality": count.modality, "total": count.total,
            "grades": QualityGrade.allCases.map(share), "reasons": reasons.joined(separator: " · "), "bars": bars,
        ]
    }
}

extension RetakeAnswer {
    func fields(_ words: Words) -> Fields {
        var fields: Fields = [
            "id": id, "href": "/studies/\(studyInstanceUID)", "reasons": reasonText(words),
            "origin": originNode.rawValue,
            "owner": owner.rawValue, "requestedBy": requestedBy, "requestedAt": requestedAt, "state": state.rawValue,
            "isOpen": state == .open, "stateLabel": words["retake.state.\(state.rawValue)"],
            "modalities": modalities.joined(separator: " "), "description": description ?? "",
            "canAnswer": canAnswer, "canWithdraw": canWithdraw,
            "candidates": candidates.map {
                [
                    "uid": $0.studyInstanceUID.rawValue,
                    "label": "\($0.description ?? "") \($0.firstReceivedAt.prefix(16))",
                ]
                    as Fields
            },
        ]
        fields.put("patientName", patientName)
        if let outcome {
            let answer = [words["retake.outcome.\(outcome.rawValue)"], answeredBy, answerNote].compactMap { $0 }
            fields["answer"] = answer.joined(separator: " · ")
            fields.put("answeredAt", answeredAt)
        }
        if let newStudyInstanceUID { fields["newHref"] = "/studies/\(newStudyInstanceUID)" }
        return fields
    }
}

extension Words {
    /// A period with links to its neighbours and to the other lengths.
    func fields(_ period: CivilPeriod, path: String) -> Fields {
        func label(_ length: CivilPeriod.Length) -> String {
            switch length {
            case .month: self["period.month"]
            case .quarter: self["period.quarter"]
            case .year: self["period.year"]
            }
        }
        return [
            "text": period.description, "previousHref": "\(path)?period=\(period.previous)",
            "nextHref": "\(path)?period=\(period.next)",
            "lengths": CivilPeriod.Length.allCases.map { length in
                [
                    "href": "\(path)?period=\(period.with(length))", "label": label(length),
                    "isCurrent": length == period.length,
                ] as Fields
            },
        ]
    }
}
