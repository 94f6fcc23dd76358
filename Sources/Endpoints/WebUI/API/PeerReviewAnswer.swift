// Second readings as the JSON API tells them.

import PeerReview
import Reading
import Vocabulary

struct PeerReviewAnswer: Encodable, Sendable {
    struct Text: Encodable, Sendable {
        var findings: String
        var impression: String

        init(_ text: ReviewText) {
            findings = text.findings
            impression = text.impression
        }
    }

    var id: String
    var studyInstanceUID: StudyInstanceUID
    var rule: String
    var state: PeerReviewState
    var version: Int
    var isMine: Bool
    var mayGrade: Bool
    var second: Text?
    /// Only once the second reading is signed.
    var first: Text?
    var findingsDifference: [ReportVersionsAnswer.Piece]?
    var impressionDifference: [ReportVersionsAnswer.Piece]?
    var grade: String?
    var gradeMeaning: String?
    var comment: String?
    var teaching: String?
    var createdAt: String
    var signedAt: String?
    var gradedAt: String?
    var seenAt: String?

    init(_ review: PeerReview, for user: String, _ rules: PeerReviewRules) {
        id = review.id
        studyInstanceUID = review.study
        rule = review.ruleName
        state = review.state
        version = review.version
        isMine = review.secondReader?.user == user
        mayGrade = review.state == .signed && review.mayGrade(user, rules)
        createdAt = review.createdAt.description
        let isParty = isMine || mayGrade || review.gradedBy?.user == user
        let isFirst = review.author.user == user || review.reviewer.user == user
        if isMine { second = Text(review.second) }
        guard review.state == .graded || (review.state == .signed && isParty), isParty || isFirst else { return }
        second = Text(review.second)
        first = Text(review.first)
        findingsDifference = TextDifference(from: review.first.findings, to: review.second.findings).pieces
            .map(ReportVersionsAnswer.Piece.init)
        impressionDifference = TextDifference(from: review.first.impression, to: review.second.impression).pieces
            .map(ReportVersionsAnswer.Piece.init)
        signedAt = review.signedAt?.description
        guard review.state == .graded else { return }
        grade = review.grade
        gradeMeaning = review.grade.flatMap { rules.grade($0)?.meaning }
        comment = review.comment
        teaching = review.teaching
        gradedAt = review.gradedAt?.description
        seenAt = review.seenAt?.description
    }
}

struct PeerReviewLists: Encodable, Sendable {
    struct Grade: Encodable, Sendable {
        var grade: String
        var meaning: String
    }

    var waiting: [PeerReviewAnswer]
    var underway: [PeerReviewAnswer]
    var toArbitrate: [PeerReviewAnswer]
    var feedback: [PeerReviewAnswer]
    var grades: [Grade]
}
