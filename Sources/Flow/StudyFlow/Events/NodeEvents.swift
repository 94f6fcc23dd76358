// What nodes tell each other, as payloads of the outbox's envelopes.

import Archive
import PeerReview
import Reading
import Vocabulary

/// A payload knows its type name and version; a receiver that meets an unknown type parks the event.
package protocol NodeEvent: Codable, Sendable {
    static var type: String { get }
    static var version: Int { get }
}

extension NodeEvent {
    package static var version: Int { 1 }
}

/// Up, before the first image: who the study belongs to and how urgent it is. Sent again when that changes.
package struct StudyAnnounced: NodeEvent {
    package static let type = "study-announced"
    package var study: StudyInstanceUID
    package var issuer: String
    package var origin: NodeName
    package var priority: Priority
    /// When somebody set it; absent when nobody did. An older announcement does not undo a newer `PriorityChanged`.
    package var prioritySetAt: Timestamp?
    package var modality: String?
    package var studyDescription: String?
    package var instanceCount: Int
    package var order: Order?
    /// Sent to be kept, not to be read: it is on no reading list above. Absent for all others.
    package var isCustodyCopy: Bool?
}

/// Up: the study is whole, and this is what it consists of.
package struct StudySettled: NodeEvent {
    package static let type = "study-settled"
    package var study: StudyInstanceUID
    package var origin: NodeName
    package var manifest: StudyManifest
}

/// Down: a node above holds these, signed.
package struct ReceiptsIssued: NodeEvent {
    package static let type = "receipts-issued"
    package var receipt: SignedReceipt
}

/// Down: the study goes on from one node above to the next; receipts of that one will follow.
package struct StudyPassedOn: NodeEvent {
    package static let type = "study-passed-on"
    package var study: StudyInstanceUID
    package var from: NodeName
    package var to: NodeName
    package var since: Timestamp
}

/// Up: receipts of nodes further up have not come down; send those that are known.
package struct ReceiptsAboveRequested: NodeEvent {
    package static let type = "receipts-above-requested"

    package struct Item: Codable, Hashable, Sendable {
        package var study: StudyInstanceUID
        /// Whose receipts.
        package var node: NodeName
        /// Of how many instances they are here already.
        package var known: Int
    }

    package var items: [Item]
}

/// Up, with the first of their bytes: these travel compressed, and this is what they stand for.
package struct InstancesCompressed: NodeEvent {
    package static let type = "instances-compressed"

    package struct Item: Codable, Hashable, Sendable {
        package var sopInstance: SOPInstanceUID
        package var study: StudyInstanceUID
        /// SHA-256 of the data set as it is sent.
        package var digest: Digest
        package var acquired: AcquiredForm
    }

    package var items: [Item]
}

/// Down: decoding these did not give back what was acquired; send that.
package struct CompressionRefuted: NodeEvent {
    package static let type = "compression-refuted"
    package var instances: [SOPInstanceUID]
}

/// Up: 0x0000 was answered long ago and no receipt came; do you hold these?
package struct ReceiptsRequested: NodeEvent {
    package static let type = "receipts-requested"
    package var items: [ManifestItem]
}

/// Down: of what was asked about, these are not held; send them again.
package struct InstancesMissing: NodeEvent {
    package static let type = "instances-missing"
    package var instances: [SOPInstanceUID]
}

/// Down: these were received, and their files are damaged or gone since; send them again.
package struct InstancesWanted: NodeEvent {
    package static let type = "instances-wanted"
    package var items: [ManifestItem]
}

/// Up: of what was wanted again, these are not here either.
package struct InstancesUnavailable: NodeEvent {
    package static let type = "instances-unavailable"
    package var instances: [SOPInstanceUID]
}

/// Up: read this for us. Claims are frozen below until it is answered.
package struct TaskOffered: NodeEvent {
    package static let type = "task-offered"
    package var offer: TaskOffer
}

/// Up: give back what was offered, if nobody reads it. Answered by `TaskAnswered` either way.
package struct TaskWithdrawn: NodeEvent {
    package static let type = "task-withdrawn"
    /// As the task stands below: an offer that never came is declined by it.
    package var offer: TaskOffer
    package var reason: String
}

/// Down: accepted (the owner is the node above) or declined, returned (the owner is the node below).
package struct TaskAnswered: NodeEvent {
    package static let type = "task-answered"
    package var ownership: TaskOwnership
    /// To `TaskWithdrawn`; absent for an answer to an offer.
    package var answersWithdrawal: Bool?
}

/// Down: what the task's owner did with it.
package struct TaskChanged: NodeEvent {
    package static let type = "task-changed"
    package var notice: TaskNotice
}

/// Down: a released report and the instances that carry it, to be fetched.
package struct ReportAvailable: NodeEvent, Hashable {
    package static let type = "report-available"
    package var task: TaskID
    package var study: StudyInstanceUID
    package var origin: NodeName
    /// Where it was read.
    package var readAt: NodeName
    package var instances: [ManifestItem]
    package var report: ReleasedReport
}

/// What a page shows of a report without opening its instances.
package struct ReleasedReport: Codable, Hashable, Sendable {
    package var version: Int
    package var text: ReportText
    package var author: String
    package var reviewer: String
    package var preliminaryAt: Timestamp?
    package var finalAt: Timestamp
    package var srInstance: SOPInstanceUID
    package var pdfInstance: SOPInstanceUID
    /// The SR that this report replaces.
    package var supersedes: SOPInstanceUID?
    package var institution: String
    /// How many acquired images the report is about; `nil` from a node that does not say.
    package var imageCount: Int?
    /// What was signed under it since it was released first.
    package var addenda: [Addendum]?
    package var fields: [ReportField]?
    package var keyImages: [KeyImage]?
    /// Why an earlier report was taken back.
    package var correctionReason: String?

    /// It repeats the report it follows and adds to it, rather than replace it.
    package var isAddendum: Bool { addenda?.isEmpty == false }
    package var isCorrection: Bool { supersedes != nil && !isAddendum }
}

/// Down: what is to be learned from a study that was read twice.
package struct TeachingShared: NodeEvent {
    package static let type = "teaching-shared"
    package var note: TeachingNote
}

/// Up: the report is at the hospital.
package struct ReportDelivered: NodeEvent {
    package static let type = "report-delivered"
    package var task: TaskID
    package var version: Int
}

/// Up: somebody at the hospital has seen it.
package struct ReportAcknowledged: NodeEvent {
    package static let type = "report-acknowledged"
    package var task: TaskID
    package var version: Int
    package var byName: String
}

/// Up: how a study's text is written, whatever it declares; its bytes travel as they are.
package struct StudyTextTold: NodeEvent {
    package static let type = "study-text-told"
    package var charset: StudyCharset
}

/// Up: serve this study sooner, or later.
package struct PriorityChanged: NodeEvent {
    package static let type = "priority-changed"
    package var study: StudyInstanceUID
    package var priority: Priority
    /// By the clock of the node where somebody did it.
    package var setAt: Timestamp?
}
