// /api/v1/me/viewer

import Foundation
import HTTPService
import Hummingbird
import Identity
import StudyFlow
import Vocabulary

/// The keys and mouse buttons that somebody gave the viewer's commands, the same at every workplace.
struct PreferenceRoutes: Sendable {
    private static let name = "viewer"
    private let web: WebUI

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/me/viewer", use: show)
        router.put("/api/v1/me/viewer", use: set)
    }

    private struct ViewerSettings: Codable {
        var keys: [String: [String]]?
        var mouse: [String: String]?
    }

    @Sendable private func show(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let stored = try await web.flow.database.read {
            try PreferenceBook().value(Self.name, of: user.name, in: $0)
        }
        let settings = try stored.map { try JSONDecoder().decode(ViewerSettings.self, from: Data($0.utf8)) }
        return try .json(ViewerSettings(keys: settings?.keys ?? [:], mouse: settings?.mouse ?? [:]))
    }

    @Sendable private func set(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireUser()
        let settings = try await RequestBody.decode(ViewerSettings.self, from: request)
        let texts =
            (settings.keys ?? [:]).flatMap { [$0.key] + $0.value }
            + (settings.mouse ?? [:]).flatMap { [$0.key, $0.value] }
        for text in texts { _ = try RequestBody.checked(text, "keys, mouse", atMost: 64) }
        let value = String(buffer: try JSONBody.encode(settings))
        guard value.utf8.count <= PreferenceBook.limit else {
            throw HTTPProblem.badRequest(code: "too_long", Sentence("设置过大", "these are too many settings"))
        }
        try await web.flow.database.write { transaction in
            try PreferenceBook().set(
                Self.name, to: value, of: user.name, at: web.flow.clock.now(), in: transaction)
        }
        return try .json(ViewerSettings(keys: settings.keys ?? [:], mouse: settings.mouse ?? [:]))
    }
}
