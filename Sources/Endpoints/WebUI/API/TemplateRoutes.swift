// /api/v1/templates

import Foundation
import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Templates
import Vocabulary

struct TemplateRoutes: Sendable {
    private let web: WebUI
    private var desk: TemplateDesk { TemplateDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/templates", use: list)
        router.put("/api/v1/templates/own", use: save)
        router.delete("/api/v1/templates/own", use: delete)
    }

    /// For one task, those that fit its study, the best first; else all there are.
    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let library = try await desk.library(of: user.name, over: web.templates)
        guard let text = request.query("task") else {
            return try .json(TemplateList(templates: library.templates, phrases: library.phrases))
        }
        guard let id = TaskID(rawValue: text) else { throw HTTPProblem.notFound }
        let task = try await web.reading(id).task
        let study = try await web.story(of: task.study).journey.study
        let subject = TemplateSubject(
            modalities: study.modalities, bodyParts: study.bodyParts, description: study.studyDescription ?? "")
        return try .json(
            TemplateList(templates: library.templates(for: subject), phrases: library.phrases(for: subject)))
    }

    private struct OwnTemplate: Decodable {
        var name: String
        var findings: String
        var impression: String
        var modalities: [String]?
        var bodyParts: [String]?
    }

    @Sendable private func save(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let given = try await RequestBody.decode(OwnTemplate.self, from: request)
        let name = given.name.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty else {
            throw HTTPProblem.badRequest(code: "wrong_member", Sentence("请给模板起个名称", "give the template a name"))
        }
        let template = ReportTemplate(
            name: try RequestBody.checked(name, "name", atMost: 60),
            scope: TemplateScope(
                modalities: (given.modalities ?? []).prefix(10).map { String($0.prefix(16)).uppercased() },
                bodyParts: (given.bodyParts ?? []).prefix(20).map { String($0.prefix(32)) }),
            findings: try RequestBody.checked(given.findings, "findings", atMost: 20_000),
            impression: try RequestBody.checked(given.impression, "impression", atMost: 8000), source: .own)
        do {
            try await desk.save(template, for: user.name)
        } catch let error as TemplateError {
            throw HTTPProblem.conflict(code: error.code.rawValue, Sentence("模板太多，请先删除一些", error.message))
        }
        return try .json(TemplateList.Template(template))
    }

    @Sendable private func delete(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        guard let name = request.query("name")?.removingPercentEncoding,
            try await desk.delete(name, of: user.name)
        else { throw HTTPProblem.notFound }
        return Response(status: .noContent)
    }
}
