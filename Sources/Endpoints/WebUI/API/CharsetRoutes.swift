// /api/v1/charsets: how modalities write their text, whatever they declare

import HTTPService
import Hummingbird
import StudyFlow
import Vocabulary

struct CharsetRoutes: Sendable {
    /// AE titles have 16 characters; folders are named by their paths.
    private static let longestName = 400

    private let web: WebUI
    private var desk: CharsetDesk { CharsetDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/charsets", use: list)
        router.put("/api/v1/charsets", use: set)
        router.get("/api/v1/charsets/preview", use: preview)
    }

    private struct List: Encodable {
        var encodings = CharacterEncoding.allCases
        var sources: [CharsetSourceAnswer]
    }

    private struct Preview: Encodable {
        var studies: [CharsetPreviewAnswer]
    }

    private struct Wish: Decodable {
        var source: String
        var station: String?
        var manufacturer: String?
        /// Absent or null: as declared.
        var encoding: String?
    }

    private struct Changed: Encodable {
        var changed: Int
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        return try .json(List(sources: try await desk.sources().map(CharsetSourceAnswer.init)))
    }

    @Sendable private func set(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.operator)
        let wish = try await RequestBody.decode(Wish.self, from: request)
        let source = try RequestBody.checked(wish.source, "source", atMost: Self.longestName)
        guard !source.isEmpty else {
            throw HTTPProblem.badRequest(
                code: "wrong_member", Sentence("source 不能为空", "source must name a modality or folder"))
        }
        let changed = try await desk.set(
            try Self.encoding(wish.encoding), for: source,
            station: try RequestBody.checked(wish.station ?? "", "station", atMost: 64),
            manufacturer: try RequestBody.checked(wish.manufacturer ?? "", "manufacturer", atMost: 64), by: user.name)
        return try .json(Changed(changed: changed ? 1 : 0))
    }

    @Sendable private func preview(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        guard let source = request.query("source") else {
            throw HTTPProblem.badRequest(
                code: "wrong_parameter", Sentence("缺少参数 source", "the parameter source is missing"))
        }
        let found = try await web.charsetPreview(source, as: try Self.encoding(request.query("encoding")), context)
        return try .json(Preview(studies: found.map(CharsetPreviewAnswer.init)))
    }

    /// Any spelling; `nil` for none.
    ///
    /// - Throws: 400 for one that is not known.
    static func encoding(_ spelling: String?) throws -> CharacterEncoding? {
        guard let spelling, !spelling.isEmpty else { return nil }
        guard let encoding = CharacterEncoding(spelling: spelling) else {
            let known = CharacterEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            throw HTTPProblem.badRequest(
                code: "unknown_encoding", Sentence("编码应为 \(known) 之一", "the encoding must be one of \(known)"))
        }
        return encoding
    }
}

extension WebUI {
    /// Names of patients are shown: that is on the trail.
    func charsetPreview(
        _ source: String, as encoding: CharacterEncoding?, _ context: JieliRequestContext
    ) async throws -> [CharsetPreview] {
        let found = try await CharsetDesk(flow).preview(source, as: encoding)
        for preview in found { try await noteAccess(.studyQueried, to: preview.study, context) }
        return found
    }
}
