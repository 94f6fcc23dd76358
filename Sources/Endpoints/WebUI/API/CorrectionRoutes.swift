// /api/v1/studies/…/corrections: rejecting, correcting the patient, merging, splitting, moving, holding.

import Archive
import HTTPService
import Hummingbird
import Identity
import Reading
import StudyFlow
import Vocabulary

struct CorrectionRoutes: Sendable {
    private let web: WebUI
    private var desk: CorrectionDesk { CorrectionDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/studies/:study/corrections", use: list)
        router.post("/api/v1/studies/:study/rejections", use: reject)
        router.post("/api/v1/studies/:study/rejections/:note/lift", use: lift)
        router.put("/api/v1/studies/:study/patient", use: correctPatient)
        router.post("/api/v1/studies/:study/patient/restore", use: restorePatient)
        router.post("/api/v1/studies/:study/merge", use: merge)
        router.post("/api/v1/studies/:study/split", use: split)
        router.post("/api/v1/studies/:study/series/:series/move", use: move)
        router.put("/api/v1/studies/:study/hold", use: hold)
        router.post("/api/v1/tasks/:id/corrections-seen", use: seen)
    }

    /// Radiographers correct what was acquired at their node, operators and reviewers anything.
    private func corrector(_ context: JieliRequestContext) throws -> (person: Person, right: CorrectionRight) {
        let person = try context.person(anyOf: .radiographer, .operator, .reviewer)
        return (person, try context.requireUser().may(.operator, .reviewer) ? .everything : .ownStudies)
    }

    private func answer(_ study: StudyInstanceUID, _ context: JieliRequestContext) async throws -> Response {
        guard let found = try await CorrectionViews(web.flow).corrections(of: study) else { throw HTTPProblem.notFound }
        return try .json(CorrectionsAnswer(found, words: web.words(context)))
    }

    /// It names the patient, and the one whom the modality wrote.
    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let study = try context.pathStudy()
        let answer = try await answer(study, context)
        try await web.noteAccess(.studyViewed, to: study, context)
        return answer
    }

    private struct Rejecting: Decodable {
        var reason: RejectionReason
        var remark: String
        var series: [SeriesInstanceUID]?
        var instances: [SOPInstanceUID]?
    }

    @Sendable private func reject(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        let wanted = try await RequestBody.decode(Rejecting.self, from: request)
        guard wanted.reason != .retentionExpired else {
            throw HTTPProblem.badRequest(
                code: "wrong_member",
                Sentence("保存期满请在“保存期限”页处理", "what was kept long enough is dealt with on the page of retention"))
        }
        _ = try await desk.reject(
            CorrectionDesk.Selection(series: wanted.series ?? [], instances: wanted.instances ?? []), of: study,
            for: wanted.reason, remark: try RequestBody.checked(wanted.remark, "remark", atMost: 1000), by: person,
            right: right)
        return try await answer(study, context)
    }

    private struct Reasoned: Decodable {
        var reason: String
        var recallReport: Bool?
    }

    private func reasoned(_ request: Request) async throws -> Reasoned {
        let wanted = try await RequestBody.decode(Reasoned.self, from: request)
        _ = try RequestBody.checked(wanted.reason, "reason", atMost: 1000)
        return wanted
    }

    @Sendable private func lift(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        guard let note = context.parameters.get("note").flatMap(SOPInstanceUID.init(rawValue:)) else {
            throw HTTPProblem.notFound
        }
        try await desk.lift(note, of: study, reason: try await reasoned(request).reason, by: person, right: right)
        return try await answer(study, context)
    }

    private struct Identifying: Decodable {
        var patientID: String
        var patientName: String?
        var birthDate: String?
        var sex: String?
        var reason: String
        var recallReport: Bool?
    }

    @Sendable private func correctPatient(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        let wanted = try await RequestBody.decode(Identifying.self, from: request)
        try await desk.correctPatient(
            of: study,
            to: PatientIdentity(
                patientID: wanted.patientID, name: wanted.patientName, birthDate: wanted.birthDate, sex: wanted.sex),
            reason: try RequestBody.checked(wanted.reason, "reason", atMost: 1000),
            recallingReport: wanted.recallReport ?? false, by: person, right: right)
        return try await answer(study, context)
    }

    @Sendable private func restorePatient(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        let wanted = try await reasoned(request)
        try await desk.restorePatient(
            of: study, reason: wanted.reason, recallingReport: wanted.recallReport ?? false, by: person, right: right)
        return try await answer(study, context)
    }

    private struct Moving: Decodable {
        /// Left out: back where it came from.
        var into: StudyInstanceUID?
        var reason: String
        var evenIfRead: Bool?
    }

    @Sendable private func merge(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        let wanted = try await RequestBody.decode(Moving.self, from: request)
        guard let target = wanted.into else {
            throw HTTPProblem.badRequest(code: "missing_member", Sentence("请求中缺少 into", "the request lacks into"))
        }
        try await desk.merge(
            study, into: target, reason: try RequestBody.checked(wanted.reason, "reason", atMost: 1000),
            evenIfRead: wanted.evenIfRead ?? false, by: person, right: right)
        return try await answer(study, context)
    }

    @Sendable private func split(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        try await desk.split(study, reason: try await reasoned(request).reason, by: person, right: right)
        return try await answer(study, context)
    }

    @Sendable private func move(request: Request, context: JieliRequestContext) async throws -> Response {
        let (person, right) = try corrector(context)
        let study = try context.pathStudy()
        guard let series = context.parameters.get("series").flatMap(SeriesInstanceUID.init(rawValue:)) else {
            throw HTTPProblem.notFound
        }
        let wanted = try await RequestBody.decode(Moving.self, from: request)
        try await desk.move(
            series, of: study, to: wanted.into, reason: try RequestBody.checked(wanted.reason, "reason", atMost: 1000),
            evenIfRead: wanted.evenIfRead ?? false, by: person, right: right)
        return try await answer(study, context)
    }

    private struct Holding: Decodable {
        var isSet: Bool
        var reason: String
    }

    @Sendable private func hold(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .operator)
        let study = try context.pathStudy()
        let wanted = try await RequestBody.decode(Holding.self, from: request)
        try await desk.hold(
            study, isSet: wanted.isSet, reason: try RequestBody.checked(wanted.reason, "reason", atMost: 1000),
            by: person)
        return try await answer(study, context)
    }

    /// The reader has looked again at what was corrected under their hands.
    @Sendable private func seen(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .reviewer)
        try await StudyBar(web.flow).see(try context.pathTask(), by: person)
        return Response(status: .noContent)
    }
}
