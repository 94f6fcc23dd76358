// One line of the audit trail.

import Database
import Vocabulary

/// Who acted.
package struct AuditActor: Hashable, Codable, Sendable {
    package enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// A person with an account: `name` is the account's.
        case user
        /// Another node: `name` is the node's.
        case node
        /// A DICOM peer that is no node: `name` is its AE title.
        case modality
        /// This daemon itself: `name` is what part of it.
        case system
    }

    package var kind: Kind
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    package static func user(_ name: String) -> Self { Self(kind: .user, name: name) }
    package static func node(_ node: NodeName) -> Self { Self(kind: .node, name: node.rawValue) }
    package static func modality(_ title: AETitle) -> Self { Self(kind: .modality, name: title.rawValue) }
    package static func system(_ part: String) -> Self { Self(kind: .system, name: part) }
}

package enum AuditOutcome: String, Hashable, Codable, Sendable, CaseIterable {
    case success
    /// A rule or a missing right stopped it.
    case refused
    /// It was allowed and did not work.
    case failed
}

/// What to write down. It names studies and instances by UID; patients' names and IDs never stand here: who may read the
/// trail need not be who may see patients.
package struct AuditEvent: Hashable, Sendable {
    package var at: Timestamp
    package var actor: AuditActor
    package var action: AuditAction
    package var outcome: AuditOutcome
    package var study: StudyInstanceUID?
    package var instance: SOPInstanceUID?
    /// Task, order, report, token, delivery …: what else it was about.
    package var object: String?
    /// A short sentence; cut at `detailLimit` characters.
    package var detail: String
    /// Where the actor came from: an IP address.
    package var address: String?

    package static let detailLimit = 500

    package init(
        _ action: AuditAction, by actor: AuditActor, at time: Timestamp, outcome: AuditOutcome = .success,
        study: StudyInstanceUID? = nil, instance: SOPInstanceUID? = nil, object: String? = nil, detail: String = "",
        address: String? = nil
    ) {
        self.at = time
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.study = study
        self.instance = instance
        self.object = object
        self.detail = detail
        self.address = address
    }
}

/// An event as kept: with its place in the trail.
package struct AuditRecord: Hashable, Sendable {
    /// Grows by one with each event of this node; a gap means that somebody took a line out.
    package var sequence: Int64
    package var event: AuditEvent
}

extension AuditActor.Kind: TextBindable {}
extension AuditOutcome: TextBindable {}
extension AuditAction: TextBindable {}
