// What a reader says of a study beside the report: critical results. Parts of other pages, fetched by their scripts.

import CriticalResults
import HTTPService
import Hummingbird
import Identity
import ImageQuality
import Reading
import StudyFlow
import Vocabulary

struct MarksPanel: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/tasks/:id/marks", use: panel)
        router.get("/studies/:study/marks", use: state)
    }

    /// The forms, for who reads the study here.
    @Sendable private func panel(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiologist)
        let renderer = web.renderer(request, context)
        let task = try await web.reading(try context.pathTask()).task
        guard task.isOwned(by: web.flow.node.name) else { throw HTTPProblem.notFound }
        let story = try await web.story(of: task.study)
        let findings = web.flow.criticalList.findings(for: story.journey.study.modalities)
        let mark = try await QualityViews(web.flow).marks(of: task.study).first { $0.task == task.id.rawValue }
        var fields: Fields = [
            "taskID": task.id.rawValue, "studyUID": task.study.rawValue,
            "findings": findings.map { finding in
                let answer = CriticalFindingAnswer(finding, words: renderer.words)
                return ["code": answer.code, "name": answer.name, "noteFlag": answer.needsNote ? "required" : ""]
                    as Fields
            },
        ]
        fields = fields.merged(with: Self.fields(mark, renderer.words))
        let isPositive = try await FindingMarkDesk(web.flow).isPositive(task.id)
        fields["positive"] = isPositive == true ? "true" : "false"
        fields["negative"] = isPositive == false ? "true" : "false"
        fields["canRetake"] = [.ready, .claimed, .preliminary, .recalled].contains(task.state)
        return try renderer.fragment("marks-panel", fields)
    }

    /// What was said, and how far it has come: for the reading page and the study's page, at every node.
    @Sendable private func state(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let renderer = web.renderer(request, context)
        let study = try context.pathStudy()
        let (node, now, words) = (web.flow.node.name, web.flow.clock.now(), renderer.words)
        let critical = try await CriticalResultViews(web.flow).results(of: study).map { entry in
            CriticalResultAnswer(entry, words: words, for: user, at: node, now: now).fields(entry, words, at: node)
        }
        let views = QualityViews(web.flow)
        var fields: Fields = [
            "critical": critical,
            "retakes": try await views.retakes(of: study).map {
                RetakeAnswer($0, words: words, for: user, at: node).fields(words)
            },
        ]
        let reminders = try await web.flow.database.read { [flow = web.flow] in
            try flow.reminders.count(of: study, in: $0)
        }
        if reminders.number > 0, let at = reminders.last {
            fields["reminded"] = words("waits.remindedTimes", ["count": reminders.number, "time": words.time(at)])
        }
        if let mark = try await views.marks(of: study).first {
            var grade: Fields = [
                "grade": mark.grade.rawValue, "label": words["quality.grade.\(mark.grade.rawValue)"],
                "gradedBy": mark.byName, "at": mark.at.description,
            ]
            let reasons = mark.reasons.map { words["quality.reason.\($0.rawValue)"] } + [mark.note]
            grade["reasons"] = reasons.filter { !$0.isEmpty }.joined(separator: " · ")
            fields["grade"] = grade
        }
        return try renderer.fragment("marks-state", fields)
    }

    /// The buttons of the grade and its reasons.
    private static func fields(_ mark: QualityMark?, _ words: Words) -> Fields {
        func pressed(_ isPressed: Bool) -> String { isPressed ? "true" : "false" }
        return [
            "hasGrade": mark.map { $0.grade != .a } ?? false,
            "grades": [QualityGrade.a, .b, .c].map { grade in
                [
                    "code": grade.rawValue, "label": words["quality.grade.\(grade.rawValue)"], "key": grade.rawValue,
                    "pressed": pressed(mark?.grade == grade),
                ] as Fields
            },
            "reasons": QualityReason.allCases.map { reason in
                [
                    "code": reason.rawValue, "label": words["quality.reason.\(reason.rawValue)"],
                    "pressed": pressed(mark?.reasons.contains(reason) == true),
                ] as Fields
            },
        ]
    }
}
