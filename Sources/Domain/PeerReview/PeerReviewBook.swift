// The second readings of one node.

import Database
import Foundation
import Vocabulary

/// Every function works inside the caller's transaction. What the first doctors wrote is in the row; who reads the
/// second time is shown it only after signing: that is for the callers to keep.
package struct PeerReviewBook: Sendable {
    /// A second reading that was begun and left is free again after this.
    package static let patience: Duration = .seconds(4 * 3600)

    package init() {}

    /// Once for each task.
    package func propose(_ new: NewPeerReview, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO peer_review (id, task_id, study_instance_uid, origin, rule_name, state, author, author_name,
                reviewer, reviewer_name, first_findings, first_impression, second_findings, second_impression, version,
                review_comment, teaching, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0, '', '', ?) ON CONFLICT (task_id) DO NOTHING
            """, UUID().uuidString.lowercased(), new.task, new.study, new.origin, new.ruleName,
            PeerReviewState.waiting, new.author.user, new.author.displayName, new.reviewer.user,
            new.reviewer.displayName, new.first.findings, new.first.impression, time)
    }

    package func review(_ id: String, in database: some DatabaseReading) throws -> PeerReview? {
        try database.row("SELECT * FROM peer_review WHERE id = ?", id).map(PeerReview.init(row:))
    }

    /// Takes the second reading: one wins. Neither of those who signed the report may.
    @discardableResult
    package func take(
        _ id: String, by person: ReviewPerson, at time: Timestamp, in transaction: Transaction
    ) throws -> PeerReview {
        var review = try known(id, in: transaction)
        guard person.user != review.author.user, person.user != review.reviewer.user else {
            throw PeerReviewError(
                code: .notIndependent, message: "\(person.displayName) signed the report; another person reads it again"
            )
        }
        let isLeft = review.state == .reading && (review.takenAt.map { time > $0 + Self.patience } ?? true)
        guard review.state == .waiting || review.secondReader?.user == person.user || isLeft else {
            throw PeerReviewError(
                code: .taken, message: "\(review.secondReader?.displayName ?? "somebody else") reads it already")
        }
        guard review.state == .waiting || review.state == .reading else { return review }
        if review.secondReader?.user != person.user {
            review.second = ReviewText()
            review.version += 1
        }
        review.state = .reading
        review.secondReader = person
        review.takenAt = time
        return try store(review, in: transaction)
    }

    @discardableResult
    package func save(
        _ text: ReviewText, over version: Int, of id: String, by person: ReviewPerson, at time: Timestamp,
        in transaction: Transaction
    ) throws -> PeerReview {
        var review = try held(id, by: person, in: transaction)
        guard review.version == version else {
            throw PeerReviewError(
                code: .stale, message: "the text was saved from somewhere else since version \(version); load it again")
        }
        review.second = text
        review.version += 1
        review.takenAt = time
        return try store(review, in: transaction)
    }

    @discardableResult
    package func sign(
        _ id: String, by person: ReviewPerson, at time: Timestamp, in transaction: Transaction
    ) throws -> PeerReview {
        var review = try held(id, by: person, in: transaction)
        guard !review.second.isBlank else {
            throw PeerReviewError(code: .blank, message: "the second reading has no text yet")
        }
        review.state = .signed
        review.signedAt = time
        return try store(review, in: transaction)
    }

    /// - Throws: `.notIndependent` unless the rules let this person grade; `.unknownGrade`; `.alreadyGraded`.
    @discardableResult
    package func grade(
        _ id: String, as code: String, comment: String, teaching: String, by person: ReviewPerson,
        _ rules: PeerReviewRules, at time: Timestamp, in transaction: Transaction
    ) throws -> PeerReview {
        var review = try known(id, in: transaction)
        guard review.state != .graded else {
            throw PeerReviewError(code: .alreadyGraded, message: "the difference is graded already")
        }
        guard review.state == .signed else {
            throw PeerReviewError(code: .notSigned, message: "the second reading is not signed yet")
        }
        guard review.mayGrade(person.user, rules) else {
            throw PeerReviewError(
                code: .notIndependent,
                message: rules.grader == .second
                    ? "the second reader grades" : "a third person grades, who read it neither time")
        }
        guard rules.grade(code) != nil else {
            throw PeerReviewError(
                code: .unknownGrade,
                message: "'\(code.prefix(8))' is no grade here; use \(rules.grades.map(\.code).joined(separator: ", "))"
            )
        }
        review.state = .graded
        review.grade = code
        review.comment = comment
        review.teaching = teaching
        review.gradedBy = person
        review.gradedAt = time
        return try store(review, in: transaction)
    }

    /// The author has read the feedback.
    @discardableResult
    package func see(
        _ id: String, by person: ReviewPerson, at time: Timestamp, in transaction: Transaction
    ) throws -> PeerReview {
        var review = try known(id, in: transaction)
        guard review.author.user == person.user || review.reviewer.user == person.user else {
            throw PeerReviewError(code: .notYours, message: "the feedback is for those who signed the report")
        }
        guard review.state == .graded else {
            throw PeerReviewError(code: .notSigned, message: "there is no feedback yet")
        }
        if review.seenAt == nil { review.seenAt = time }
        return try store(review, in: transaction)
    }

    private func known(_ id: String, in transaction: Transaction) throws -> PeerReview {
        guard let review = try review(id, in: transaction) else {
            throw PeerReviewError(code: .unknown, message: "there is no such second reading at this node")
        }
        return review
    }

    private func held(_ id: String, by person: ReviewPerson, in transaction: Transaction) throws -> PeerReview {
        let review = try known(id, in: transaction)
        guard review.state == .reading, review.secondReader?.user == person.user else {
            throw PeerReviewError(code: .notYours, message: "take the second reading first, or it was signed already")
        }
        return review
    }

    private func store(_ review: PeerReview, in transaction: Transaction) throws -> PeerReview {
        try transaction.execute(
            """
            UPDATE peer_review SET state = ?, second_reader = ?, second_reader_name = ?, second_findings = ?,
                second_impression = ?, version = ?, grade = ?, review_comment = ?, teaching = ?, graded_by = ?,
                graded_by_name = ?, taken_at = ?, signed_at = ?, graded_at = ?, seen_at = ? WHERE id = ?
            """, review.state, review.secondReader?.user, review.secondReader?.displayName, review.second.findings,
            review.second.impression, review.version, review.grade, review.comment, review.teaching,
            review.gradedBy?.user, review.gradedBy?.displayName, review.takenAt, review.signedAt, review.gradedAt,
            review.seenAt, review.id)
        return review
    }
}

extension PeerReview {
    package func mayGrade(_ user: String, _ rules: PeerReviewRules) -> Bool {
        switch rules.grader {
        case .second: secondReader?.user == user
        case .arbiter: ![author.user, reviewer.user, secondReader?.user].contains(user)
        }
    }
}
