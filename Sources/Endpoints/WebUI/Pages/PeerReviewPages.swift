// /reviews: second readings, what they found, and what is to be learned.

import Archive
import HTTPService
import Hummingbird
import Identity
import PeerReview
import Reading
import StudyFlow
import Vocabulary

struct PeerReviewPages: Sendable {
    private let web: WebUI
    private var desk: PeerReviewDesk { PeerReviewDesk(web.flow) }

    init(_ web: WebUI) { self.web = web }

    func add(to router: Router<JieliRequestContext>) {
        router.get("/reviews", use: list)
        router.get("/reviews/:id", use: one)
        router.get("/teaching", use: teaching)
    }

    @Sendable private func list(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let renderer = web.renderer(request, context)
        let lists = try await desk.lists(for: user.name)
        func rows(_ reviews: [PeerReview]) async throws -> [Fields] {
            var rows: [Fields] = []
            for review in reviews { rows.append(try await row(review, user, renderer.words)) }
            return rows
        }
        let fields: Fields = [
            "waiting": try await rows(lists.waiting), "underway": try await rows(lists.underway),
            "toArbitrate": try await rows(lists.toArbitrate), "hasArbitration": !lists.toArbitrate.isEmpty,
            "feedback": try await rows(lists.feedback), "hasWaiting": !lists.waiting.isEmpty,
            "hasUnderway": !lists.underway.isEmpty, "hasFeedback": !lists.feedback.isEmpty,
        ]
        if request.query("fragment") != nil { return try renderer.fragment("review-list", fields) }
        return try renderer.page("reviews", title: renderer.words["review.title"], script: "reviews", fields)
    }

    /// What is shown of a report that somebody reads again is the study, never what the first doctors said.
    private func row(_ review: PeerReview, _ user: User, _ words: Words) async throws -> Fields {
        let study = try await web.flow.database.read { [flow = web.flow] in
            try flow.catalogue.study(review.study, in: $0)
        }
        var fields = study.map(words.studyFields) ?? [:]
        fields["id"] = review.id
        fields["rule"] = review.ruleName
        fields["href"] = "/reviews/\(review.id)"
        fields["stateLabel"] = words["review.state.\(review.state.rawValue)"]
        fields["createdAt"] = review.createdAt.description
        fields["createdAtText"] = words.time(review.createdAt)
        if let grade = review.grade {
            fields["grade"] = grade
            fields["gradeMeaning"] = web.flow.peerReviewRules.grade(grade)?.meaning ?? ""
            fields["tone"] = web.flow.peerReviewRules.grade(grade)?.isAgreement == true ? "done" : "waiting"
            fields["comment"] = review.comment
            fields["isNew"] = review.seenAt == nil && review.author.user == user.name
        }
        return fields
    }

    @Sendable private func one(request: Request, context: JieliRequestContext) async throws -> Response {
        let user = try context.requireRole(.radiologist)
        let review = try await web.peerReview(context)
        let answer = PeerReviewAnswer(review, for: user.name, web.flow.peerReviewRules)
        guard answer.isMine || answer.mayGrade || answer.first != nil else { throw HTTPProblem.forbidden }
        let story = try await web.story(of: review.study)
        let renderer = web.renderer(request, context)
        let words = renderer.words
        var fields = words.studyFields(story.journey.study)
        fields["priority"] = words.fields(story.journey.priority)
        fields["studyHref"] = fields["href"]
        fields["id"] = review.id
        fields["version"] = review.version
        fields["ruleText"] = words("review.chosen", ["rule": review.ruleName])
        fields["question"] = story.journey.order?.clinicalQuestion ?? story.journey.task?.clinicalQuestion ?? ""
        if review.state == .reading {
            fields["draft"] = ["findings": review.second.findings, "impression": review.second.impression] as Fields
        }
        if answer.first != nil {
            var compared = comparison(review, words)
            if review.state == .graded, review.author.user == user.name { compared["feedbackID"] = review.id }
            fields["comparison"] = compared
            fields["mayGrade"] = answer.mayGrade
            fields["grades"] = web.flow.peerReviewRules.grades.map {
                ["code": $0.code, "meaning": $0.meaning] as Fields
            }
        }
        try await web.noteAccess(.studyViewed, to: review.study, context)
        var page = try renderer.page("review", title: words["review.title"], script: "review", fields)
        page.headers[.contentSecurityPolicy] = SecurityHeaders.contentSecurityPolicyOfViewers
        return page
    }

    private func comparison(_ review: PeerReview, _ words: Words) -> Fields {
        func pieces(_ before: String, _ after: String) -> [Fields] {
            TextDifference(from: before, to: after).pieces.map { [$0.kind.rawValue: $0.text] }
        }
        var fields: Fields = [
            "firstFindings": review.first.findings, "firstImpression": review.first.impression,
            "secondFindings": review.second.findings, "secondImpression": review.second.impression,
            "findings": pieces(review.first.findings, review.second.findings),
            "impression": pieces(review.first.impression, review.second.impression),
        ]
        if let grade = review.grade {
            fields["grade"] =
                [
                    "code": grade, "meaning": web.flow.peerReviewRules.grade(grade)?.meaning ?? "",
                    "comment": review.comment, "teaching": review.teaching,
                    "by": review.gradedBy?.displayName ?? "", "at": review.gradedAt?.description ?? "",
                    "atText": review.gradedAt.map(words.time) ?? "",
                ] as Fields
        }
        return fields
    }

    /// For everybody: what there was to see, and no name of who missed it.
    @Sendable private func teaching(request: Request, context: JieliRequestContext) async throws -> Response {
        try context.requireUser()
        let renderer = web.renderer(request, context)
        var rows: [Fields] = []
        for note in try await desk.notes() {
            let study = try await web.flow.database.read { [flow = web.flow] in
                try flow.catalogue.study(note.study, in: $0)
            }
            guard let study else { continue }
            rows.append(
                renderer.words.studyFields(study).merged(with: [
                    "text": note.text, "at": note.at.description, "atText": renderer.words.time(note.at),
                    "viewHref": "/studies/\(note.study)/view",
                ]))
        }
        let fields: Fields = ["notes": rows, "isEmpty": rows.isEmpty]
        return try renderer.page("teaching", title: renderer.words["teaching.title"], fields)
    }
}
