// /api/v1/roster

import HTTPService
import Hummingbird
import Roster
import StudyFlow
import Vocabulary

struct RosterRoutes: Sendable {
    private let web: WebUI
    private var desk: RosterDesk { RosterDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/roster", use: show)
        router.put("/api/v1/roster", use: replace)
        router.post("/api/v1/roster/check", use: check)
        router.post("/api/v1/roster/away", use: markAway)
        router.post("/api/v1/roster/back", use: comeBack)
    }

    @Sendable private func show(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(anyOf: [.radiologist, .operator])
        return try .json(RosterAnswer(try await desk.view(), mayEdit: user.may(.operator)))
    }

    private struct Written: Decodable {
        var yaml: String
    }

    private struct Checked: Encodable {
        var readers: Int
        var shifts: Int
        var isWritten: Bool

        init(_ roster: Roster, isWritten: Bool) {
            (readers, shifts) = (roster.readers.count, roster.shifts.count)
            self.isWritten = isWritten
        }
    }

    @Sendable private func check(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        return try .json(Checked(try await desk.check(try await yaml(request)), isWritten: false))
    }

    @Sendable private func replace(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator)
        return try .json(Checked(try await desk.replace(try await yaml(request), by: person), isWritten: true))
    }

    private func yaml(_ request: Request) async throws -> String {
        try RequestBody.checked(
            try await RequestBody.decode(Written.self, from: request).yaml, "yaml", atMost: 200_000)
    }

    // MARK: Away

    private struct Freed: Encodable {
        var freedTasks: Int
    }

    /// A reader marks themselves; an operator marks anybody.
    @Sendable private func markAway(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .operator)
        let wanted = try await RequestBody.decode(AwayRequest.self, from: request)
        let freed = try await desk.markAway(
            try subject(wanted.reader, context), from: wanted.from, until: wanted.end(at: web.flow.clock.now()),
            note: try wanted.note.map { try RequestBody.checked($0, "note", atMost: 200) }, by: person)
        return try .json(Freed(freedTasks: freed))
    }

    private struct BackRequest: Decodable {
        var reader: String?
    }

    private struct Back: Encodable {
        var wasAway: Bool
    }

    @Sendable private func comeBack(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .operator)
        let reader = try subject(try await RequestBody.decode(BackRequest.self, from: request).reader, context)
        return try .json(Back(wasAway: try await desk.comeBack(reader, by: person)))
    }

    private func subject(_ reader: String?, _ context: JieliRequestContext) throws -> String {
        let user = try context.requireUser()
        guard let reader, reader != user.name else {
            try context.requireRole(.radiologist)
            return user.name
        }
        try context.requireRole(.operator)
        return reader
    }
}
