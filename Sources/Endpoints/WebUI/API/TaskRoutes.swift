// /api/v1/tasks

import Foundation
import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

struct TaskRoutes: Sendable {
    private let web: WebUI
    private var desk: ReadingDesk { ReadingDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/tasks/:id", use: one)
        router.post("/api/v1/tasks/:id/claim", use: claim)
        router.post("/api/v1/tasks/:id/renew", use: renew)
        router.post("/api/v1/tasks/:id/unclaim", use: unclaim)
        router.post("/api/v1/tasks/:id/additions-seen", use: seeAdditions)
        router.put("/api/v1/tasks/:id/draft", use: saveDraft)
        router.post("/api/v1/tasks/:id/preliminary", use: signPreliminary)
        router.post("/api/v1/tasks/:id/final", use: signFinal)
        router.post("/api/v1/tasks/:id/return", use: returnToAuthor)
    }

    @Sendable private func one(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.radiologist)
        return try await answer(context)
    }

    /// A preliminary report is claimed to be reviewed, which takes a reviewer.
    @Sendable private func claim(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let id = try context.pathTask()
        if try await web.reading(id).task.state == .preliminary { try context.requireRole(.reviewer) }
        _ = try await desk.claim(id, by: person)
        return try await answer(context)
    }

    private struct Lease: Encodable {
        var leaseUntil: String?
    }

    @Sendable private func renew(request: Request, context: JieliRequestContext) async throws -> Response {
        let task = try await desk.renew(try context.pathTask(), by: try context.person(anyOf: .radiologist))
        return try .json(Lease(leaseUntil: task.leaseUntil?.description))
    }

    @Sendable private func unclaim(request: Request, context: JieliRequestContext) async throws -> Response {
        _ = try await desk.unclaim(try context.pathTask(), by: try context.person(anyOf: .radiologist))
        return try await answer(context)
    }

    /// The reader says that the images which came late have been looked at.
    @Sendable private func seeAdditions(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        _ = try await desk.seeAdditions(try context.pathTask(), by: person)
        return try await answer(context)
    }

    private struct DraftRequest: Decodable {
        var findings: String
        var impression: String
        var version: Int
    }

    private struct DraftSaved: Encodable {
        var version: Int
        var savedAt: String?
        var leaseUntil: String?
    }

    @Sendable private func saveDraft(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let id = try context.pathTask()
        let draft = try await RequestBody.decode(DraftRequest.self, from: request)
        let text = ReportText(
            findings: try RequestBody.checked(draft.findings, "findings", atMost: 20_000),
            impression: try RequestBody.checked(draft.impression, "impression", atMost: 8000))
        let report = try await desk.saveDraft(id, text, over: draft.version, by: person)
        let lease = try await web.reading(id).task.leaseUntil
        return try .json(
            DraftSaved(
                version: report.version, savedAt: report.savedAt?.description, leaseUntil: lease?.description))
    }

    private struct SignRequest: Decodable {
        var version: Int?
        /// Images are missing or unseen, and the report is to say so.
        var acceptIncomplete: Bool?
        /// Images that the viewer showed as previews only, or could not show.
        var undisplayed: Int?
        var password: String?
    }

    @Sendable private func signPreliminary(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wish = try await signed(request, context)
        _ = try await desk.signPreliminary(
            wish.id, wish.text, over: wish.version, acceptIncomplete: wish.acceptsIncomplete,
            undisplayed: wish.undisplayed, by: person)
        return try await answer(context)
    }

    @Sendable private func signFinal(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .reviewer)
        let wish = try await signed(request, context)
        _ = try await desk.signFinal(
            wish.id, wish.text, over: wish.version, acceptIncomplete: wish.acceptsIncomplete,
            undisplayed: wish.undisplayed, by: person)
        return try await answer(context)
    }

    /// What is signed is the saved text; a version, when the client names one, must be its latest.
    private func signed(
        _ request: Request, _ context: JieliRequestContext
    ) async throws -> SignatureWish {
        let id = try context.pathTask()
        let wanted = try await RequestBody.decode(SignRequest.self, from: request)
        try await web.checkSigner(wanted.password, context)
        let report = try await web.reading(id).report
        return SignatureWish(
            id: id, text: report?.text ?? ReportText(), version: wanted.version ?? report?.version ?? 0,
            acceptsIncomplete: wanted.acceptIncomplete ?? false,
            undisplayed: max(0, min(wanted.undisplayed ?? 0, 1_000_000)))
    }

    private struct SignatureWish {
        var id: TaskID
        var text: ReportText
        var version: Int
        var acceptsIncomplete: Bool
        var undisplayed: Int
    }

    private struct ReturnRequest: Decodable {
        var reason: String
    }

    @Sendable private func returnToAuthor(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .reviewer)
        let reason = try await RequestBody.decode(ReturnRequest.self, from: request).reason
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else {
            throw HTTPProblem.badRequest(code: "reason_missing", Sentence("请写明退回原因", "say why it is returned"))
        }
        _ = try await desk.returnToAuthor(
            try context.pathTask(), reason: try RequestBody.checked(reason, "reason", atMost: 1000), by: person)
        return try await answer(context)
    }

    func answer(_ context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let reading = try await web.reading(try context.pathTask())
        try await web.checkNotBlind(reading.task.study, context)
        var answer = TaskAnswer(try await web.item(reading.task, for: user), words: web.words(context))
        answer.add(
            reading.report, returnedReason: reading.task.reason,
            singleReaderAllowed: web.flow.tasks.singleReaderAllowed)
        answer.add(try await web.life(of: reading.task.id))
        return try .json(answer)
    }
}

extension WebUI {
    /// - Throws: 404 when this node has no such task.
    func reading(_ id: TaskID) async throws -> (task: ReadingTask, report: Report?) {
        guard let reading = try await views.reading(id) else {
            throw HTTPProblem.notFound(Sentence("本节点没有这个阅片任务", "there is no such reading task at this node"))
        }
        return (reading.task, reading.report)
    }
}
