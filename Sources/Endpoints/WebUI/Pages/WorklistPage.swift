// /worklist: what to read next.

import Foundation
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

struct WorklistPage: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/worklist", use: answer)
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let tab = try request.query("state", default: WorklistTab.open)
        let modality = request.query("modality")?.uppercased()
        let text = request.query("text")
        let entries = try await web.views.worklist(tab.filter(for: user), text: text)
        let known = Set(entries.flatMap(\.study.modalities)).subtracting(["SR", "DOC"])
        let items = try await web.items(
            entries.filter { entry in modality.map { entry.study.modalities.contains($0) } ?? true }, for: user)
        let mine = try await web.views.worklist(WorklistTab.mine.filter(for: user)).count
        let counts = try await web.views.worklistCounts()

        var fields: Fields = [
            "tasks": items.map { Self.fields($0, words) },
            "tabs": Self.tabs(tab, counts, mine: mine, Self.filters(text, modality), words),
        ]
        if request.query("fragment") != nil { return try renderer.fragment("worklist-table", fields) }

        fields["filter"] =
            [
                "state": tab.rawValue, "text": text ?? "",
                "modalities": known.union(modality.map { [$0] } ?? []).sorted().map { code in
                    ["code": code, "isCurrent": code == modality] as Fields
                },
            ] as Fields
        return try renderer.page("worklist", title: words["worklist.title"], script: "worklist", fields)
    }

    /// What a tab keeps of the filter.
    private static func filters(_ text: String?, _ modality: String?) -> String {
        let kept = CharacterSet.alphanumerics
        return [("text", text), ("modality", modality)].compactMap { name, value in
            value?.addingPercentEncoding(withAllowedCharacters: kept).map { "&\(name)=\($0)" }
        }.joined()
    }

    private static func tabs(
        _ current: WorklistTab, _ counts: WorklistCounts, mine: Int, _ filters: String, _ words: Words
    ) -> [Fields] {
        let numbers: [WorklistTab: Int] = [
            .open: ReadingTaskState.onTheReadersDesk.map { counts[$0] }.reduce(0, +),
            .ready: counts[.ready] + counts[.recalled], .mine: mine, .review: counts[.preliminary],
        ]
        return WorklistTab.allCases.map { tab in
            var fields: Fields = [
                "href": "/worklist?state=\(tab.rawValue)\(filters)", "label": words["worklist.\(tab.rawValue)"],
                "isCurrent": tab == current,
            ]
            if let count = numbers[tab], count > 0 { fields["count"] = count }
            return fields
        }
    }

    private static func fields(_ item: WorklistItem, _ words: Words) -> Fields {
        let task = item.task
        let study = item.study
        let action =
            if item.isMine {
                "worklist.continue"
            } else if item.canClaim {
                task.state == .preliminary ? "worklist.claimReview" : "worklist.claim"
            } else {
                "worklist.look"
            }
        var fields = words.studyFields(study).merged(with: [
            "id": task.id.rawValue, "claimFlag": item.canClaim ? "true" : "false",
            "priority": words.fields(task.priority),
            "countsText": words("worklist.images", ["instances": study.acquiredCount]),
            "originNode": task.origin.rawValue, "isUnrouted": task.isUnrouted,
            "createdAt": task.createdAt.description, "isWaiting": task.releasedAt == nil,
            // For one that is read: how long it took.
            "ageText": words.age((task.releasedAt ?? item.now).elapsed(since: task.createdAt)),
            "state": task.shownState.rawValue,
            "stateLabel": words.label(task.shownState), "isPrimary": item.isMine || item.canClaim,
            "actionLabel": words[action],
        ])
        fields.put("lateMark", words.mark(item.late))
        if let question = task.clinicalQuestion, !question.isEmpty { fields["clinicalQuestion"] = question }
        if task.isHeld(at: item.now) { fields.put("claimedByName", task.claimedByName ?? task.claimedBy?.displayName) }
        return fields
    }
}
