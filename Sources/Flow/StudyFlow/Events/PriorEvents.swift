// What nodes tell each other of a patient's earlier studies.

import Archive
import Priors
import Relay
import Vocabulary

/// Up and down, in the urgent lane: who has earlier studies of this patient? Each node answers, and asks its other
/// neighbours while links are left.
package struct PriorsAsked: NodeEvent {
    package static let type = "priors-asked"
    package var query: String
    /// The study that is being read.
    package var study: StudyInstanceUID
    package var asker: NodeName
    package var patient: PatientFacts
    /// Links that it may still cross from the receiver.
    package var hops: Int
    package var askedAt: Timestamp
    /// By the asker's clock.
    package var expiresAt: Timestamp
    /// A node on the way had never heard of the patient's hospital: only the same hospital's same Patient ID is to be answered.
    package var byNumberOnly: Bool?
}

/// The way back: what one node has, and whom it asked in turn.
package struct PriorsAnswered: NodeEvent {
    package static let type = "priors-answered"
    package var query: String
    package var node: NodeName
    package var isRefused: Bool
    package var studies: [PriorSummary]
    package var asking: [NodeName]
    /// Of those asked, the ones that were not heard just now.
    package var offline: [NodeName]
    /// Links between the sender of this message and `node`.
    package var hops: Int
}

/// Toward a node that answered: whoever asked wants the images.
package struct PriorWanted: NodeEvent {
    package static let type = "prior-wanted"
    package var query: String
    package var study: StudyInstanceUID
}

/// Down: the images are here for fetching. Up they come as a copy that nobody reads.
package struct PriorGranted: NodeEvent {
    package static let type = "prior-granted"
    package var study: StudyInstanceUID
    package var issuer: String
    package var origin: NodeName
    package var manifest: StudyManifest
    package var contexts: [DeliveryContext]
    /// Until when they may be fetched, and are told of what is corrected; by the lender's clock. Absent: for ever.
    package var until: Timestamp?
}

/// Toward whoever wanted them: they cannot be had this way.
package struct PriorUnavailable: NodeEvent {
    package static let type = "prior-unavailable"
    package var study: StudyInstanceUID
    package var reason: String
}

/// Toward the node that told of a report: whoever asked wants to read it, and to hear of every later edition.
package struct PriorReportWanted: NodeEvent {
    package static let type = "prior-report-wanted"
    package var query: String
    package var study: StudyInstanceUID
    /// The node that told of it.
    package var holder: NodeName
    /// It is wanted no more; absent otherwise.
    package var isOver: Bool?
}

/// The way back: the released report, or why it cannot be had. Sent again when there is a later edition.
package struct PriorReportTold: NodeEvent {
    package static let type = "prior-report-told"
    package var study: StudyInstanceUID
    package var report: PriorReport?
    package var reason: String?
}
