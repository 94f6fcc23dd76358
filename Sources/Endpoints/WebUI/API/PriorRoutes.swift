// /api/v1/studies/…/priors and /api/v1/hanging-rules

import Audit
import HTTPService
import Hummingbird
import Identity
import Priors
import StudyFlow
import Vocabulary

struct PriorRoutes: Sendable {
    private let web: WebUI
    private var desk: PriorDesk { PriorDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/studies/:study/priors", use: list)
        router.post("/api/v1/studies/:study/priors/ask", use: ask)
        router.post("/api/v1/studies/:study/priors/:prior/fetch", use: fetch)
        router.post("/api/v1/studies/:study/priors/:prior/open", use: open)
        router.post("/api/v1/studies/:study/priors/:prior/report", use: report)
        router.get("/api/v1/hanging-rules", use: hangingRules)
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        return try await answer(try context.pathStudy(), context)
    }

    private struct Wish: Decodable {
        /// What was asked a moment ago is asked once more.
        var anew: Bool?
    }

    @Sendable private func ask(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let wish = try await RequestBody.decode(Wish.self, from: request)
        let study = try context.pathStudy()
        try await desk.ask(study, anew: wish.anew ?? false, by: person)
        return try await answer(study, context)
    }

    @Sendable private func fetch(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        let study = try context.pathStudy()
        try await desk.fetch(try prior(context), for: study, by: person)
        return try await answer(study, context)
    }

    private struct Opened: Encodable {
        var studyInstanceUID: StudyInstanceUID
        var rule: String?
        var certainty: LinkCertainty
    }

    /// The viewer shows a prior beside the study: noted before a pixel is.
    @Sendable private func open(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .radiographer)
        let prior = try prior(context)
        let basis = try await desk.open(prior, beside: try context.pathStudy(), by: person)
        return try .json(Opened(studyInstanceUID: prior, rule: basis.rule, certainty: basis.certainty))
    }

    /// Each reading of an earlier study's report is an access of its own, and what is not here is asked for: hence no GET.
    @Sendable private func report(request: Request, context: JieliRequestContext) async throws -> Response {
        let person = try context.person(anyOf: .radiologist, .radiographer)
        let prior = try prior(context)
        try await web.checkNotBlind(prior, context)
        let reading = try await desk.report(
            of: prior, beside: try context.pathStudy(), mayAsk: try context.requireUser().may(.radiologist), by: person)
        return try .json(PriorReportAnswer(prior, reading, web.words(context)))
    }

    @Sendable private func hangingRules(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        return try .json(web.hangingRules)
    }

    /// - Throws: 404 when the study is not here.
    private func answer(_ study: StudyInstanceUID, _ context: JieliRequestContext) async throws -> Response {
        guard try await web.flow.database.read({ try web.flow.catalogue.study(study, in: $0) }) != nil else {
            throw HTTPProblem.notFound(Sentence("本节点没有这次检查", "this node does not have the study"))
        }
        let user = try context.requireUser()
        return try .json(PriorListAnswer(try await web.priors(of: study, for: user), web.words(context)))
    }

    private func prior(_ context: JieliRequestContext) throws -> StudyInstanceUID {
        guard let prior = context.parameters.get("prior").flatMap(StudyInstanceUID.init(rawValue:)) else {
            throw HTTPProblem.notFound
        }
        return prior
    }
}

extension WebUI {
    /// What is known of a patient's other studies. Of one that this person reads a second time, nothing of what was made of it.
    func priors(of study: StudyInstanceUID, for user: User) async throws -> PriorList {
        try await flow.database.read { snapshot in
            var list = try PriorViews(flow).list(for: study, in: snapshot)
            let blind = try PeerReviewDesk(flow).blindStudies(of: user.name, in: snapshot)
            for index in list.entries.indices where blind.contains(list.entries[index].summary.study) {
                list.entries[index].report = nil
            }
            return list
        }
    }
}

extension PriorError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .notHere: .notFound(Sentence("本节点没有这次检查", message))
        case .notAPrior: .conflict(code: code.rawValue, Sentence("这次检查不是该患者的旧片，或查询结果已过期，请重新查询", message))
        }
    }
}
