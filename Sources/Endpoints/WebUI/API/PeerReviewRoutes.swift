// /api/v1/peer-reviews

import Foundation
import HTTPService
import Hummingbird
import Identity
import PeerReview
import Reading
import StudyFlow
import Vocabulary

struct PeerReviewRoutes: Sendable {
    private let web: WebUI
    private var desk: PeerReviewDesk { PeerReviewDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/api/v1/peer-reviews", use: lists)
        router.get("/api/v1/peer-reviews/:id", use: one)
        router.post("/api/v1/peer-reviews/:id/take", use: take)
        router.put("/api/v1/peer-reviews/:id/draft", use: save)
        router.post("/api/v1/peer-reviews/:id/sign", use: sign)
        router.post("/api/v1/peer-reviews/:id/grade", use: grade)
        router.post("/api/v1/peer-reviews/:id/seen", use: see)
        router.get("/api/v1/teaching", use: teaching)
    }

    @Sendable private func lists(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let lists = try await desk.lists(for: user.name)
        func answers(_ reviews: [PeerReview]) -> [PeerReviewAnswer] {
            reviews.map { PeerReviewAnswer($0, for: user.name, web.flow.peerReviewRules) }
        }
        return try .json(
            PeerReviewLists(
                waiting: answers(lists.waiting), underway: answers(lists.underway),
                toArbitrate: answers(lists.toArbitrate), feedback: answers(lists.feedback),
                grades: web.flow.peerReviewRules.grades.map { .init(grade: $0.code, meaning: $0.meaning) }))
    }

    @Sendable private func one(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let review = try await web.peerReview(context)
        try await web.noteAccess(.reportViewed, to: review.study, context)
        return try answer(review, user)
    }

    @Sendable private func take(request: Request, context: JieliRequestContext) async throws -> Response {
        try await act(context) { try await desk.take($0, by: $1) }
    }

    private struct DraftRequest: Decodable {
        var findings: String
        var impression: String
        var version: Int
    }

    @Sendable private func save(request: Request, context: JieliRequestContext) async throws -> Response {
        let draft = try await RequestBody.decode(DraftRequest.self, from: request)
        let text = ReviewText(
            findings: try RequestBody.checked(draft.findings, "findings", atMost: 20_000),
            impression: try RequestBody.checked(draft.impression, "impression", atMost: 8000))
        return try await act(context) { try await desk.save(text, over: draft.version, of: $0, by: $1) }
    }

    @Sendable private func sign(request: Request, context: JieliRequestContext) async throws -> Response {
        try await act(context) { try await desk.sign($0, by: $1) }
    }

    private struct GradeRequest: Decodable {
        var grade: String
        var comment: String?
        var teaching: String?
    }

    @Sendable private func grade(request: Request, context: JieliRequestContext) async throws -> Response {
        let given = try await RequestBody.decode(GradeRequest.self, from: request)
        let comment = try RequestBody.checked(given.comment ?? "", "comment", atMost: 2000)
        let teaching = try RequestBody.checked(given.teaching ?? "", "teaching", atMost: 2000)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return try await act(context) {
            try await desk.grade($0, as: given.grade, comment: comment, teaching: teaching, by: $1)
        }
    }

    @Sendable private func see(request: Request, context: JieliRequestContext) async throws -> Response {
        try await act(context) { try await desk.see($0, by: $1) }
    }

    private struct TeachingList: Encodable {
        struct Item: Encodable {
            var studyInstanceUID: StudyInstanceUID
            var text: String
            var at: String
        }

        var notes: [Item]
    }

    @Sendable private func teaching(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let notes = try await desk.notes().map {
            TeachingList.Item(studyInstanceUID: $0.study, text: $0.text, at: $0.at.description)
        }
        return try .json(TeachingList(notes: notes))
    }

    private func act(
        _ context: JieliRequestContext, _ change: (String, Person) async throws -> PeerReview
    ) async throws -> Response {
        let person = try context.person(anyOf: .radiologist)
        guard let id = context.parameters.get("id") else { throw HTTPProblem.notFound }
        return try answer(try await change(id, person), try context.requireUser())
    }

    private func answer(_ review: PeerReview, _ user: User) throws -> Response {
        try .json(PeerReviewAnswer(review, for: user.name, web.flow.peerReviewRules))
    }
}

extension PeerReviewError: HTTPProblemConvertible {
    package var httpProblem: HTTPProblem {
        switch code {
        case .unknown: .notFound(Sentence("没有这个复核任务", message))
        case .taken: .conflict(code: "taken", Sentence("另一位医生正在复核", message))
        case .notIndependent: .conflict(code: "not_independent", Sentence("您参与过这份报告，不能由您复核或评级", message))
        case .notYours: .conflict(code: "not_yours", Sentence("这个复核任务不在您手上，或者已经签名", message))
        case .blank: .badRequest(code: "blank_report", Sentence("复核意见为空，不能签名", message))
        case .stale: .conflict(code: "stale_draft", Sentence("草稿已在别处被修改，请重新载入", message))
        case .notSigned: .conflict(code: "not_signed", Sentence("复核还没有签名或评级", message))
        case .alreadyGraded: .conflict(code: "already_graded", Sentence("已经评级", message))
        case .unknownGrade: .badRequest(code: "unknown_grade", Sentence("没有这个等级", message))
        }
    }
}

extension WebUI {
    /// - Throws: 404 when this node has no such second reading.
    func peerReview(_ context: JieliRequestContext) async throws -> PeerReview {
        guard let id = context.parameters.get("id"), let review = try await PeerReviewDesk(flow).review(id) else {
            throw HTTPProblem.notFound(Sentence("没有这个复核任务", "there is no such second reading at this node"))
        }
        return review
    }

    /// - Throws: 403 while this person reads the study a second time: the report must stay out of sight.
    func checkNotBlind(_ study: StudyInstanceUID, _ context: JieliRequestContext) async throws {
        guard try await isBlind(study, context) else { return }
        throw HTTPProblem(
            .forbidden, code: "independent_reading",
            Sentence(
                "您正在独立复核这次检查，签名之前不能看原报告", "you read this study independently; sign before you see the report"))
    }

    func isBlind(_ study: StudyInstanceUID, _ context: JieliRequestContext) async throws -> Bool {
        let user = try context.requireUser()
        return try await PeerReviewDesk(flow).isBlind(user.name, to: study)
    }
}
