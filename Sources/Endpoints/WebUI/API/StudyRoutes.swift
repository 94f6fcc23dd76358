// /api/v1/studies

import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

struct StudyRoutes: Sendable {
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/studies", use: list)
        router.get("/api/v1/studies/:study", use: detail)
        router.put("/api/v1/studies/:study/priority", use: setPriority)
        router.post("/api/v1/studies/:study/recall", use: recall)
        router.get("/api/v1/studies/:study/waiting", use: waiting)
        router.post("/api/v1/studies/:study/remind", use: remind)
        router.post("/api/v1/studies/:study/ask-back", use: askBack)
    }

    private struct List: Encodable {
        var studies: [StudyAnswer]
        var total: Int
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        var query = web.studyQuery(request)
        query.limit = try request.query("limit", in: 1...500, default: 100)
        query.offset = try request.query("offset", in: 0...1_000_000, default: 0)
        let found = try await web.stories(matching: query, stage: try request.query("stage", default: StudyStage.open))
        let words = web.words(context)
        return try .json(
            List(studies: found.stories.map { StudyAnswer($0, for: user, words: words) }, total: found.total))
    }

    @Sendable private func detail(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let study = try context.pathStudy()
        let story = try await web.story(of: study)
        try await web.noteAccess(.studyViewed, to: study, context)
        let words = web.words(context)
        var answer = StudyAnswer(story, for: user, words: words)
        answer.files = FilesAnswer(try await StorageViews(web.flow).holding(of: study))
        answer.series = try await web.series(of: study).map(SeriesAnswer.init)
        answer.proposedOrders = try await web.proposedOrders(for: study).map(OrderAnswer.init)
        answer.history = try await web.history(of: study).map {
            HistoryAnswer($0, at: web.flow.node.name, words: words)
        }
        return try .json(answer)
    }

    /// Why it is not read yet.
    @Sendable private func waiting(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let story = try await web.story(of: try context.pathStudy())
        return try .json(WaitingAnswer(story, for: user, words: web.words(context)))
    }

    /// Asks whoever reads it to do so; at most once in ten minutes.
    @Sendable private func remind(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer, .radiologist, .operator)
        let study = try context.pathStudy()
        _ = try await web.story(of: study)
        guard try await ReminderDesk(web.flow).remind(study, by: person) else {
            throw HTTPProblem.conflict(
                code: "reminded_already", Sentence("刚刚已经催过，请稍后再催", "somebody reminded a moment ago"))
        }
        return try .json(
            WaitingAnswer(
                try await web.story(of: study), for: try context.requireUser(), words: web.words(context)))
    }

    /// Asks the node above to give the study's task back, so that it can be read here.
    @Sendable private func askBack(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator)
        let study = try context.pathStudy()
        guard let task = try await web.story(of: study).journey.task else { throw HTTPProblem.notFound }
        _ = try await RoutingDesk(web.flow).askBack(task.id, reason: "asked back by an operator", by: person)
        return try .json(
            WaitingAnswer(
                try await web.story(of: study), for: try context.requireUser(), words: web.words(context)))
    }

    @Sendable private func recall(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer, .radiologist, .operator)
        let study = try context.pathStudy()
        _ = try await web.story(of: study)
        _ = try await StorageDesk(web.flow).recall(study, by: person)
        return try .json(FilesAnswer(try await StorageViews(web.flow).holding(of: study)))
    }

    @Sendable private func setPriority(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiographer, .radiologist, .operator)
        let study = try context.pathStudy()
        let wanted = try await RequestBody.decode(PriorityRequest.self, from: request)
        _ = try await web.story(of: study)
        try await StudyDesk(web.flow).setPriority(wanted.priority, of: study, by: person)
        return try .json(
            StudyAnswer(
                try await web.story(of: study), for: try context.requireUser(), words: web.words(context)))
    }
}
