// One report that is read twice.

import Database
import Foundation
import Vocabulary

package enum PeerReviewState: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    /// Nobody has taken the second reading.
    case waiting
    case reading
    /// Both have signed; the difference is not graded yet.
    case signed
    case graded
}

/// An account and the name it shows.
package struct ReviewPerson: Hashable, Codable, Sendable {
    package var user: String
    package var displayName: String

    package init(user: String, displayName: String) {
        self.user = user
        self.displayName = displayName
    }
}

package struct ReviewText: Hashable, Codable, Sendable {
    package var findings: String
    package var impression: String

    package init(findings: String = "", impression: String = "") {
        self.findings = findings
        self.impression = impression
    }

    package var isBlank: Bool { (findings + impression).allSatisfy(\.isWhitespace) }
}

package struct PeerReview: Hashable, Sendable {
    package let id: String
    package let task: String
    package let study: StudyInstanceUID
    package let origin: NodeName
    package let ruleName: String
    package internal(set) var state: PeerReviewState
    /// Who signed the report: neither may read it again.
    package let author: ReviewPerson
    package let reviewer: ReviewPerson
    package let first: ReviewText
    package internal(set) var secondReader: ReviewPerson?
    package internal(set) var second: ReviewText
    package internal(set) var grade: String?
    /// For the first reader.
    package internal(set) var comment: String
    /// For the township: what there is to see, without names.
    package internal(set) var teaching: String
    package internal(set) var gradedBy: ReviewPerson?
    package let createdAt: Timestamp
    package internal(set) var takenAt: Timestamp?
    package internal(set) var signedAt: Timestamp?
    package internal(set) var gradedAt: Timestamp?
    /// When the author opened the feedback.
    package internal(set) var seenAt: Timestamp?

    /// Of the draft; a save names the one it was written over.
    package internal(set) var version: Int
}

package struct NewPeerReview: Hashable, Sendable {
    package var task: String
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var ruleName: String
    package var author: ReviewPerson
    package var reviewer: ReviewPerson
    package var first: ReviewText

    package init(
        task: String, study: StudyInstanceUID, origin: NodeName, ruleName: String, author: ReviewPerson,
        reviewer: ReviewPerson, first: ReviewText
    ) {
        self.task = task
        self.study = study
        self.origin = origin
        self.ruleName = ruleName
        self.author = author
        self.reviewer = reviewer
        self.first = first
    }
}

/// What a township learns from a review: a finding, never a name.
package struct TeachingNote: Hashable, Codable, Sendable {
    package var review: String
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var text: String
    package var at: Timestamp

    package init(review: String, study: StudyInstanceUID, origin: NodeName, text: String, at: Timestamp) {
        self.review = review
        self.study = study
        self.origin = origin
        self.text = text
        self.at = at
    }
}
