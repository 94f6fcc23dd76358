// Giving tasks on, and taking them back: /api/v1/tasks/:id/…

import Foundation
import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

struct AssignmentRoutes: Sendable {
    private let web: WebUI
    private var desk: AssignmentDesk { AssignmentDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.post("/api/v1/tasks/:id/handover", use: handOver)
        router.get("/api/v1/tasks/:id/receivers", use: receivers)
        router.put("/api/v1/tasks/:id/assignment", use: assign)
        router.delete("/api/v1/tasks/:id/assignment", use: recall)
    }

    private struct HandoverRequest: Decodable {
        var to: String?
        var note: String?
    }

    @Sendable private func handOver(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wanted = try await RequestBody.decode(HandoverRequest.self, from: request)
        let note = try RequestBody.checked(
            (wanted.note ?? "").trimmingCharacters(in: .whitespacesAndNewlines), "note", atMost: 1000)
        guard !note.isEmpty else {
            throw HTTPProblem.badRequest(code: "note_missing", Sentence("请写明转交说明", "say why it is handed over"))
        }
        let receiver = wanted.to.flatMap { $0.isEmpty ? nil : $0 }
        return try .json(
            TaskSummaryAnswer(try await desk.handOver(try context.pathTask(), to: receiver, note: note, by: person)))
    }

    private struct Receiver: Encodable {
        var name: String
        var displayName: String
        var isOnDuty: Bool
        var isAway: Bool
    }

    private struct Receivers: Encodable {
        var receivers: [Receiver]
    }

    @Sendable private func receivers(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(anyOf: [.radiologist, .operator])
        let found = try await desk.receivers(for: try context.pathTask())
        return try .json(
            Receivers(
                receivers: found.map {
                    Receiver(name: $0.name, displayName: $0.displayName, isOnDuty: $0.isOnDuty, isAway: $0.isAway)
                }))
    }

    private struct AssignRequest: Decodable {
        var reader: String
    }

    @Sendable private func assign(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator, .reviewer)
        let reader = try await RequestBody.decode(AssignRequest.self, from: request).reader
        return try .json(TaskSummaryAnswer(try await desk.assign(try context.pathTask(), to: reader, by: person)))
    }

    @Sendable private func recall(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator, .reviewer)
        return try .json(TaskSummaryAnswer(try await desk.recall(try context.pathTask(), by: person)))
    }
}
