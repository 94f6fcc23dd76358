// What a reader says of a study beside the report: critical results. Parts of other pages, fetched by their scripts.

import CriticalResults
import HTTPService
import Hummingbird
import Identity
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
        let fields: Fields = [
            "taskID": task.id.rawValue, "studyUID": task.study.rawValue,
            "findings": findings.map { finding in
                let answer = CriticalFindingAnswer(finding, words: renderer.words)
                return ["code": answer.code, "name": answer.name, "noteFlag": answer.needsNote ? "required" : ""]
                    as Fields
            },
        ]
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
        return try renderer.fragment("marks-state", ["critical": critical, "isEmpty": critical.isEmpty])
    }
}
