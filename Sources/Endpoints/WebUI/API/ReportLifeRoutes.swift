// /api/v1/tasks/…: what belongs to a report beside its text.

import Foundation
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

struct ReportLifeRoutes: Sendable {
    private let web: WebUI
    private var desk: ReportDesk { ReportDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/tasks/:id/versions", use: versions)
        router.post("/api/v1/tasks/:id/addendum", use: addendum)
        router.post("/api/v1/tasks/:id/correct", use: correct)
        router.get("/api/v1/tasks/:id/fields", use: fields)
        router.put("/api/v1/tasks/:id/fields", use: setFields)
        router.get("/api/v1/tasks/:id/key-images", use: keyImages)
        router.put("/api/v1/tasks/:id/key-images", use: mark)
        router.delete("/api/v1/tasks/:id/key-images/:instance/:frame", use: unmark)
    }

    @Sendable private func versions(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiologist)
        let id = try context.pathTask()
        let task = try await web.reading(id).task
        try await web.checkNotBlind(task.study, context)
        try await web.noteAccess(.reportViewed, to: task.study, context)
        return try .json(ReportVersionsAnswer(try await web.life(of: id)))
    }

    private struct AddendumRequest: Decodable {
        var text: String
        var password: String?
    }

    /// A final signature of its own: it takes who may give one.
    @Sendable private func addendum(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: web.flow.tasks.singleReaderAllowed ? .radiologist : .reviewer)
        let wanted = try await RequestBody.decode(AddendumRequest.self, from: request)
        let text = try RequestBody.checked(wanted.text, "text", atMost: 8000)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try await web.checkSigner(wanted.password, context)
        let addendum = try await desk.addAddendum(try context.pathTask(), text: text, by: person)
        return try .json(AddendumAnswer(addendum), status: .created)
    }

    private struct CorrectRequest: Decodable {
        var reason: String
    }

    @Sendable private func correct(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let reason = try await RequestBody.decode(CorrectRequest.self, from: request).reason
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else {
            throw HTTPProblem.badRequest(code: "reason_missing", Sentence("请写明更正原因", "say why it is corrected"))
        }
        let id = try context.pathTask()
        _ = try await desk.correct(id, reason: try RequestBody.checked(reason, "reason", atMost: 1000), by: person)
        return try await TaskRoutes(web).answer(context)
    }

    // MARK: Values

    private struct FieldList: Codable {
        var fields: [ReportField]
    }

    private struct FieldRequest: Decodable {
        struct Field: Decodable {
            var name: String
            var value: String
            var number: Double?
            var unit: String?
            var source: ReportField.Source?
        }

        var fields: [Field]
    }

    @Sendable private func fields(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiologist)
        let task = try await web.reading(try context.pathTask()).task
        try await web.checkNotBlind(task.study, context)
        let id = task.id
        return try .json(
            FieldList(
                fields: try await web.flow.database.read { [flow = web.flow] in try flow.tasks.fields(of: id, in: $0) })
        )
    }

    /// What is not named stays; an empty value takes a field away.
    @Sendable private func setFields(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wanted = try await RequestBody.decode(FieldRequest.self, from: request)
        guard wanted.fields.count <= 100 else {
            throw HTTPProblem.badRequest(code: "too_many", Sentence("一次最多 100 个字段", "at most 100 fields at once"))
        }
        let fields = try wanted.fields.map { field in
            guard !field.name.isEmpty else {
                throw HTTPProblem.badRequest(code: "wrong_member", Sentence("字段缺少名称", "a field lacks its name"))
            }
            return ReportField(
                name: try RequestBody.checked(field.name, "name", atMost: 64),
                value: try RequestBody.checked(field.value, "value", atMost: 500), number: field.number,
                unit: try field.unit.map { try RequestBody.checked($0, "unit", atMost: 16) },
                source: field.source ?? .reader)
        }
        return try .json(FieldList(fields: try await desk.setFields(fields, of: try context.pathTask(), by: person)))
    }

    // MARK: Key images

    private struct MarkRequest: Decodable {
        var sopInstanceUID: SOPInstanceUID
        var frame: Int?
        var note: String?
    }

    @Sendable private func keyImages(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiologist)
        let task = try await web.reading(try context.pathTask()).task
        try await web.checkNotBlind(task.study, context)
        let id = task.id
        let images = try await web.flow.database.read { [flow = web.flow] in try flow.tasks.keyImages(of: id, in: $0) }
        return try .json(KeyImageList(images))
    }

    @Sendable private func mark(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wanted = try await RequestBody.decode(MarkRequest.self, from: request)
        let image = KeyImage(
            series: SeriesInstanceUID(unchecked: "0"), instance: wanted.sopInstanceUID, frame: wanted.frame ?? 1,
            note: try RequestBody.checked(wanted.note ?? "", "note", atMost: 200))
        return try .json(KeyImageList(try await desk.mark(image, of: try context.pathTask(), by: person)))
    }

    @Sendable private func unmark(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        guard let instance = context.parameters.get("instance").flatMap(SOPInstanceUID.init(rawValue:)),
            let frame = context.parameters.get("frame").flatMap(Int.init)
        else { throw HTTPProblem.notFound }
        let left = try await desk.unmark(instance, frame: frame, of: try context.pathTask(), by: person)
        return try .json(KeyImageList(left))
    }
}
