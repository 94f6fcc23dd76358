// /api/v1/quarantine

import Foundation
import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct QuarantineRoutes: Sendable {
    static let pageSize = 100

    private let web: WebUI
    private var desk: QuarantineDesk { QuarantineDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/quarantine", use: list)
        router.post("/api/v1/quarantine/:id/release", use: release)
        router.delete("/api/v1/quarantine/:id", use: delete)
    }

    private struct List: Encodable {
        var objects: [QuarantineAnswer]
        var totals: QuarantineTotalsAnswer
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let limit = try request.query("limit", in: 1...500, default: Self.pageSize)
        let offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let page = try await desk.list(limit: limit, offset: offset)
        let words = web.words(context)
        return try .json(
            List(
                objects: page.entries.map { QuarantineAnswer($0, words: words) },
                totals: QuarantineTotalsAnswer(page.totals, within: web.flow.node.storage.quarantine)))
    }

    private struct Released: Encodable {
        var studyInstanceUID: StudyInstanceUID
        var sopInstanceUID: SOPInstanceUID
        var wasKnown: Bool
    }

    @Sendable private func release(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        let words = web.words(context)
        switch try await desk.release(try id(context), by: user.name) {
        case .taken(let study, let instance, let wasKnown):
            return try .json(
                Released(studyInstanceUID: study, sopInstanceUID: instance, wasKnown: wasKnown))
        case .refused(let error):
            throw HTTPProblem.conflict(
                code: error.code.rawValue,
                Sentence(
                    "仍不能收下：\(words["quarantine.why.\(error.code.rawValue)"])（\(error.message)）",
                    "it still can't be taken: \(error.message)"))
        case .missing:
            throw HTTPProblem.conflict(
                code: "file_gone", Sentence("文件已不在隔离区，只能删除这条记录", "its file is gone; only the entry can be deleted"))
        case .unknown: throw HTTPProblem.notFound
        }
    }

    @Sendable private func delete(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        guard try await desk.delete(try id(context), by: user.name) else { throw HTTPProblem.notFound }
        return Response(status: .noContent)
    }

    private func id(_ context: JieliRequestContext) throws -> UUID {
        guard let id = context.parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw HTTPProblem.notFound }
        return id
    }
}
