// /api/v1/critical-results

import CriticalResults
import Foundation
import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct CriticalResultRoutes: Sendable {
    static let pageSize = 100

    private let web: WebUI
    private var desk: CriticalResultDesk { CriticalResultDesk(web.flow) }
    private var views: CriticalResultViews { CriticalResultViews(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/critical-results", use: list)
        router.get("/api/v1/critical-results/findings", use: findings)
        router.post("/api/v1/critical-results/:id/acknowledge", use: acknowledge)
        router.post("/api/v1/critical-results/:id/withdraw", use: withdraw)
        router.post("/api/v1/tasks/:id/critical-results", use: mark)
    }

    private enum Stage: String, CaseIterable { case open, all }

    private struct List: Encodable {
        var results: [CriticalResultAnswer]
        var open: Int
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let limit = try request.query("limit", in: 1...500, default: Self.pageSize)
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let open = try await views.open()
        var entries = Array(open.dropFirst(offset).prefix(limit))
        if let text = request.query("study") {
            guard let study = StudyInstanceUID(rawValue: text) else {
                throw HTTPProblem.badRequest(
                    code: "wrong_parameter", Sentence("study 不是检查 UID", "study is not a Study Instance UID"))
            }
            entries = try await views.results(of: study)
        } else if try request.query("state", default: Stage.open) == .all {
            entries = try await views.list(limit: limit, offset: offset)
        }
        return try .json(List(results: try entries.map { try answer($0, context) }, open: open.count))
    }

    private struct Findings: Encodable {
        var findings: [CriticalFindingAnswer]
    }

    @Sendable private func findings(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let list = web.flow.criticalList
        let found = request.query("modality").map { list.findings(for: [$0.uppercased()]) } ?? list.findings
        return try .json(Findings(findings: found.map { CriticalFindingAnswer($0, words: web.words(context)) }))
    }

    private struct Mark: Decodable {
        var code: String
        var note: String?
    }

    @Sendable private func mark(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let mark = try await RequestBody.decode(Mark.self, from: request)
        let known = try await desk.mark(
            mark.code, note: try Self.text(mark.note, "note"), of: try context.pathTask(), by: person)
        return try .json(try await answer(known, context), status: .created)
    }

    private struct Acknowledgement: Decodable {
        var told: String?
        var readBack: Bool?
    }

    @Sendable private func acknowledge(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer, .radiologist, .operator)
        let said = try await RequestBody.decode(Acknowledgement.self, from: request)
        let known = try await desk.acknowledge(
            try Self.id(context), told: try Self.text(said.told, "told"), wasReadBack: said.readBack ?? false,
            by: person)
        return try .json(try await answer(known, context))
    }

    private struct Withdrawal: Decodable {
        var reason: String
    }

    @Sendable private func withdraw(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let reason = try Self.text(try await RequestBody.decode(Withdrawal.self, from: request).reason, "reason")
        guard !reason.isEmpty else {
            throw HTTPProblem.badRequest(code: "reason_missing", Sentence("请写明撤回原因", "say why it is withdrawn"))
        }
        return try .json(
            try await answer(try await desk.withdraw(try Self.id(context), reason: reason, by: person), context))
    }

    private func answer(
        _ known: KnownCriticalResult, _ context: JieliRequestContext
    ) async throws -> CriticalResultAnswer {
        try answer(try await views.entry(known), context)
    }

    private func answer(
        _ entry: CriticalResultEntry, _ context: JieliRequestContext
    ) throws -> CriticalResultAnswer {
        CriticalResultAnswer(
            entry, words: web.words(context), for: try context.requireUser(), at: web.flow.node.name,
            now: web.flow.clock.now())
    }

    private static func text(_ text: String?, _ member: String) throws -> String {
        let trimmed = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        return try RequestBody.checked(trimmed, member, atMost: CriticalResult.longestNote)
    }

    private static func id(_ context: JieliRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        return id
    }
}
