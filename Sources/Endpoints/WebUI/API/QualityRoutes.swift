// /api/v1/image-quality, /retakes and /tasks/…/quality

import Foundation
import HTTPService
import Hummingbird
import ImageQuality
import StudyFlow
import Vocabulary

struct QualityRoutes: Sendable {
    private let web: WebUI
    private var desk: QualityDesk { QualityDesk(web.flow) }
    private var views: QualityViews { QualityViews(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.put("/api/v1/tasks/:id/quality", use: grade)
        router.put("/api/v1/tasks/:id/positive", use: markPositive)
        router.post("/api/v1/tasks/:id/retake", use: request)
        router.get("/api/v1/retakes", use: list)
        router.post("/api/v1/retakes/:id/answer", use: answer)
        router.post("/api/v1/retakes/:id/withdraw", use: withdraw)
        router.get("/api/v1/image-quality", use: statistics)
    }

    private struct Grade: Decodable {
        var grade: QualityGrade
        var reasons: [QualityReason]?
        var note: String?
    }

    @Sendable private func grade(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wish = try await RequestBody.decode(Grade.self, from: request)
        let mark = try await desk.grade(
            wish.grade, reasons: Set(wish.reasons ?? []), note: try Self.text(wish.note, "note"),
            of: try context.pathTask(), by: person)
        return try .json(QualityMarkAnswer(mark))
    }

    /// Whether there is a finding; absent or null takes back what was said.
    private struct Finding: Codable {
        var positive: Bool?
    }

    @Sendable private func markPositive(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let finding = try await RequestBody.decode(Finding.self, from: request)
        try await FindingMarkDesk(web.flow).mark(try context.pathTask(), isPositive: finding.positive, by: person)
        return try .json(finding)
    }

    private struct Wish: Decodable {
        var reasons: [QualityReason]
        var note: String?
    }

    @Sendable private func request(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wish = try await RequestBody.decode(Wish.self, from: request)
        let known = try await desk.requestRetake(
            try context.pathTask(), reasons: Set(wish.reasons), note: try Self.text(wish.note, "note"), by: person)
        return try .json(try await answer(known, context), status: .created)
    }

    private enum Stage: String, CaseIterable { case open, all }

    private struct List: Encodable {
        var retakes: [RetakeAnswer]
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let limit = try request.query("limit", in: 1...500, default: 100)
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let entries =
            try request.query("state", default: Stage.open) == .all
            ? try await views.retakes(limit: limit, offset: offset)
            : Array(try await views.openRetakes().dropFirst(offset).prefix(limit))
        let words = web.words(context)
        return try .json(
            List(retakes: entries.map { RetakeAnswer($0, words: words, for: user, at: web.flow.node.name) }))
    }

    private struct Reply: Decodable {
        var outcome: Retake.Outcome
        var note: String?
        var newStudyInstanceUID: StudyInstanceUID?
    }

    @Sendable private func answer(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer)
        let reply = try await RequestBody.decode(Reply.self, from: request)
        let known = try await desk.answer(
            try Self.id(context), reply.outcome, note: try Self.text(reply.note, "note"),
            newStudy: reply.newStudyInstanceUID, by: person)
        return try .json(try await answer(known, context))
    }

    @Sendable private func withdraw(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        return try .json(try await answer(try await desk.withdraw(try Self.id(context), by: person), context))
    }

    private struct Statistics: Encodable {
        var from: String
        var until: String
        var sites: [QualityCountAnswer]
    }

    @Sendable private func statistics(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let period = try request.period(now: web.flow.clock.now())
        let counts = try await views.counts(from: period.start, until: period.end)
        return try .json(
            Statistics(
                from: period.start.description, until: period.end.description,
                sites: counts.map(QualityCountAnswer.init)))
    }

    private func answer(_ known: KnownRetake, _ context: JieliRequestContext) async throws -> RetakeAnswer {
        RetakeAnswer(
            try await views.entry(known), words: web.words(context), for: try context.requireUser(),
            at: web.flow.node.name)
    }

    private static func text(_ text: String?, _ member: String) throws -> String {
        try RequestBody.checked(
            (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines), member, atMost: 1000)
    }

    private static func id(_ context: JieliRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        return id
    }
}
