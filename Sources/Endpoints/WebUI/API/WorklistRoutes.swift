// /api/v1/worklist

import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

/// Which part of the worklist somebody looks at.
enum WorklistTab: String, CaseIterable, Sendable {
    case open, ready, mine, review, done

    func filter(for user: User) -> WorklistFilter {
        switch self {
        case .open: WorklistFilter(limit: 500)
        case .ready: WorklistFilter(states: [.ready, .recalled], limit: 500)
        case .mine: WorklistFilter(claimedBy: user.name, limit: 500)
        case .review: WorklistFilter(states: [.preliminary], limit: 500)
        case .done: WorklistFilter(states: [.final, .released, .delivered, .acknowledged], limit: 500)
        }
    }
}

struct WorklistRoutes: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/worklist", use: list)
    }

    private struct List: Encodable {
        var tasks: [TaskAnswer]
        var total: Int
        /// On each list, the wider holding the narrower.
        var lists: [String: Int]
        var counts: [String: Int]
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let tab = try request.query("state", default: WorklistTab.open)
        let part = try await web.views.worklist(
            WorklistRequest(
                filter: tab.filter(for: user), scope: try request.query("scope", default: .all), reader: user.name,
                modality: request.query("modality")?.uppercased(), text: request.query("text"),
                limit: try request.query("limit", in: 1...500, default: 200),
                offset: try request.query("offset", in: 0...100_000, default: 0)))
        let words = web.words(context)
        let items = try await web.items(part.entries, for: user)
        let counts = try await web.views.worklistCounts().byState.map { ($0.key.rawValue, $0.value) }
        return try .json(
            List(
                tasks: items.map { TaskAnswer($0, words: words) }, total: part.total,
                lists: Dictionary(part.counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $0 + $1 }),
                counts: Dictionary(counts, uniquingKeysWith: { $0 + $1 })))
    }
}
