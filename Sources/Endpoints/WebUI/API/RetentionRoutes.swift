// /api/v1/retention: what was kept long enough.

import HTTPService
import Hummingbird
import Retention
import StudyFlow
import Vocabulary

struct RetentionRoutes: Sendable {
    private static let mostAtOnce = 200

    private let web: WebUI
    private var desk: RetentionDesk { RetentionDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/retention", use: list)
        router.post("/api/v1/retention/expire", use: expire)
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireRole(.operator)
        let limit = try request.query("limit", in: 1...1000, default: 100)
        let words = web.words(context)
        return try .json(
            RetentionAnswer(
                graceDays: desk.rules?.graceDays ?? 0,
                studies: try await desk.list(limit: limit).map { RetentionAnswer.Study($0, words: words) }))
    }

    private struct Expiring: Decodable {
        var studies: [StudyInstanceUID]
    }

    private struct Outcome: Encodable {
        struct Refusal: Encodable {
            var studyInstanceUID: StudyInstanceUID
            var obstacle: String
        }

        var expired: [StudyInstanceUID]
        var refused: [Refusal]
        var unknown: [StudyInstanceUID]
    }

    @Sendable private func expire(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator)
        let wanted = try await RequestBody.decode(Expiring.self, from: request)
        guard (1...Self.mostAtOnce).contains(wanted.studies.count) else {
            throw HTTPProblem.badRequest(
                code: "wrong_member",
                Sentence("每次应为 1 到 \(Self.mostAtOnce) 个检查", "name 1 to \(Self.mostAtOnce) studies at once"))
        }
        let outcome = try await desk.expire(wanted.studies, by: person)
        return try .json(
            Outcome(
                expired: outcome.expired,
                refused: outcome.refused.sorted { $0.key < $1.key }.map {
                    Outcome.Refusal(studyInstanceUID: $0.key, obstacle: $0.value.rawValue)
                }, unknown: outcome.unknown))
    }
}

struct RetentionAnswer: Encodable, Sendable {
    struct Study: Encodable, Sendable {
        var studyInstanceUID: StudyInstanceUID
        var patientName: String?
        var studyDate: String?
        var modalities: [String]
        var instanceCount: Int
        var bytes: Int64
        var keptUntil: String
        var rule: String
        var source: String?
        var obstacle: String?

        init(_ candidate: RetentionCandidate, words: Words) {
            let study = candidate.study
            studyInstanceUID = study.studyInstanceUID
            patientName = DICOMText.name(study.patient.name, in: words.language)
            studyDate = DICOMText.date(study.studyDate)
            modalities = study.modalities
            instanceCount = study.instanceCount
            bytes = study.byteCount
            keptUntil = candidate.term.until.description
            rule = candidate.term.rule.name
            source = candidate.term.rule.source
            obstacle = candidate.obstacle?.rawValue
        }
    }

    var graceDays: Int
    var studies: [Study]
}
