// Images that must be taken again.

import Database
import Foundation
import Vocabulary

/// A reader's request and the hospital's answer, as nodes tell each other of it. Joined like critical results: each part
/// is said once, by one node, so that order and repetition make no difference.
package struct Retake: Hashable, Codable, Sendable, Identifiable {
    package enum Outcome: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
        /// New images were added to the same study.
        case done
        /// The new images are a study of their own; this one need not be read.
        case newStudy = "new_study"
        /// They cannot be taken again; what is there must do.
        case declined
    }

    package struct Answer: Hashable, Codable, Sendable {
        package var outcome: Outcome
        package var note: String
        /// Of `.newStudy`.
        package var newStudy: StudyInstanceUID?
        /// How many images the study then had at the hospital: the reader gets it back when all are there.
        package var imageCount: Int
        package var user: String
        package var name: String
        /// By the hospital's clock.
        package var at: Timestamp

        package init(
            outcome: Outcome, note: String, newStudy: StudyInstanceUID? = nil, imageCount: Int, user: String,
            name: String, at: Timestamp
        ) {
            self.outcome = outcome
            self.note = note
            self.newStudy = newStudy
            self.imageCount = imageCount
            self.user = user
            self.name = name
            self.at = at
        }
    }

    package let id: UUID
    package var task: String
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var owner: NodeName
    package var reasons: [QualityReason]
    package var note: String
    package var requestedBy: String
    package var requestedByName: String
    /// By the owner's clock.
    package var requestedAt: Timestamp
    package var answer: Answer?
    /// The reader needs no new images after all.
    package var withdrawnByName: String?

    package init(
        id: UUID = UUID(), task: String, study: StudyInstanceUID, origin: NodeName, owner: NodeName,
        reasons: Set<QualityReason>, note: String, requestedBy: String, requestedByName: String,
        requestedAt: Timestamp
    ) {
        self.id = id
        self.task = task
        self.study = study
        self.origin = origin
        self.owner = owner
        self.reasons = QualityReason.allCases.filter(reasons.contains)
        self.note = note
        self.requestedBy = requestedBy
        self.requestedByName = requestedByName
        self.requestedAt = requestedAt
    }

    /// The hospital has something to do.
    package var isOpen: Bool { answer == nil && withdrawnByName == nil }
}

/// A retake with what this node alone knows of it.
package struct KnownRetake: Hashable, Sendable {
    package var retake: Retake
    /// The neighbour above that told of it; `nil` where it was asked for.
    package var cameFrom: NodeName?
    /// By this node's clock.
    package var heardAt: Timestamp
    /// When the answer or the withdrawal was known here.
    package var settledAt: Timestamp?
    /// Where it was asked for: the task went on. After `.done` that is when the new images are there.
    package var closedAt: Timestamp?

    package init(
        retake: Retake, cameFrom: NodeName?, heardAt: Timestamp, settledAt: Timestamp? = nil,
        closedAt: Timestamp? = nil
    ) {
        self.retake = retake
        self.cameFrom = cameFrom
        self.heardAt = heardAt
        self.settledAt = settledAt
        self.closedAt = closedAt
    }
}
