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

    /// Rows of a page: as many as somebody looks through.
    private static let pageSize = 100

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(anyOf: [.radiologist, .operator])
        let renderer = web.renderer(request, context)
        let words = renderer.words
        let tab = try request.query("state", default: WorklistTab.open)
        let asked = WorklistRequest(
            filter: tab.filter(for: user),
            // An operator has no list of their own.
            scope: tab == .open
                ? try request.query("scope", default: user.may(.radiologist) ? WorklistScope.own : .all) : .all,
            reader: user.name, modality: request.query("modality")?.uppercased(), text: request.query("text"),
            limit: Self.pageSize, offset: try request.query("offset", in: 0...100_000, default: 0))
        let part = try await web.views.worklist(asked)
        let items = try await web.items(part.entries, for: user)
        let counts = try await web.views.worklistCounts()
        let alarms = try await NodeViews(web.flow).alarms()

        let tabs = WorklistTabs(
            current: tab, scope: asked.scope, counts: tab == .open ? part.counts : [:], review: counts[.preliminary],
            filters: Self.filters(asked.text, asked.modality))
        var fields: Fields = [
            "tasks": items.map { Self.fields($0, user, words) }, "tabs": tabs.fields(words),
        ]
        fields.put("alarms", words.alarmFields(alarms))
        if let away = part.away {
            let until = away.until.map(words.time) ?? words["roster.untilBack"]
            fields["away"] = ["text": words("roster.youAreAway", ["until": until])] as Fields
        } else if user.may(.radiologist), !part.isOnDuty, asked.scope == .own {
            fields["offDuty"] = true
        }
        addPages(asked, part, tabs, words, to: &fields)
        if request.query("fragment") != nil { return try renderer.fragment("worklist-table", fields) }

        let known = part.modalities.union(asked.modality.map { [$0] } ?? []).subtracting(["SR", "DOC"])
        fields["mayGo"] = user.may(.radiologist)
        fields["filter"] =
            [
                "state": tab.rawValue, "scope": asked.scope.rawValue, "text": asked.text ?? "",
                "modalities": known.sorted().map { code in
                    ["code": code, "isCurrent": code == asked.modality] as Fields
                },
            ] as Fields
        return try renderer.page("worklist", title: words["worklist.title"], script: "worklist", fields)
    }

    private func addPages(
        _ asked: WorklistRequest, _ part: WorklistPart, _ tabs: WorklistTabs, _ words: Words, to fields: inout Fields
    ) {
        let last = asked.offset + part.entries.count
        guard asked.offset > 0 || last < part.total else { return }
        fields["pageText"] = words(
            "worklist.page", ["first": asked.offset + 1, "last": last, "total": part.total])
        if asked.offset > 0 {
            fields["previousHref"] = tabs.href + "&offset=\(max(0, asked.offset - Self.pageSize))"
        }
        if last < part.total { fields["nextHref"] = tabs.href + "&offset=\(last)" }
    }

    /// What a tab keeps of the filter.
    private static func filters(_ text: String?, _ modality: String?) -> String {
        let kept = CharacterSet.alphanumerics
        return [("text", text), ("modality", modality)].compactMap { name, value in
            value?.addingPercentEncoding(withAllowedCharacters: kept).map { "&\(name)=\($0)" }
        }.joined()
    }

    private static func fields(_ item: WorklistItem, _ user: User, _ words: Words) -> Fields {
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
            "countsText": words("worklist.images", ["instances": study.shownAcquiredCount]),
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
        fields.put("clock", clock(item, words))
        if let assigned = task.assignedTo, task.claimedBy == nil {
            fields["assignedText"] = words("worklist.assignedTo", ["name": assigned.displayName])
        }
        if let handover = task.handover, !handover.note.isEmpty, task.releasedAt == nil {
            fields["handover"] =
                [
                    "note": handover.note,
                    "text": words(
                        "worklist.handoverFrom", ["name": handover.by, "note": String(handover.note.prefix(24))]),
                ] as Fields
        }
        let isOpen = ReadingTaskState.onTheReadersDesk.contains(task.state)
        let isListed = task.claimedBy != nil || task.assignedTo != nil
        fields["mayHandOver"] =
            isOpen && user.may(.radiologist)
            && (item.isMine || task.assignedTo?.user == user.name && !task.isHeld(at: item.now))
        fields["mayAssign"] = isOpen && user.may(.operator) && !task.isHeld(at: item.now)
        fields["mayRecall"] = isOpen && user.may(.operator) && isListed
        return fields
    }

    /// Nothing once it is signed: then it is another column that counts.
    private static func clock(_ item: WorklistItem, _ words: Words) -> Fields? {
        guard let plan = item.task.plan, ReadingTaskState.onTheReadersDesk.contains(item.task.state) else { return nil }
        let left = plan.dueAt.elapsed(since: item.now)
        let span = words.dueSpan(left < .zero ? .zero - left : left)
        return [
            "dueAt": plan.dueAt.description, "tone": left < .zero ? "parent" : plan.stage(at: item.now).rawValue,
            "text": words(left < .zero ? "due.late" : "due.left", ["span": span]),
            "workType": item.workType.map(words.label) ?? plan.workType.rawValue,
        ]
    }
}
