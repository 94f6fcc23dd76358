// Who is at the other end of an association.

import Archive
import Audit
import Identity
import Vocabulary

/// Decided once, when the association is requested.
struct Caller: Hashable, Sendable {
    enum Identity: Hashable, Sendable {
        /// Somebody on the plain port, who can't prove a name.
        case lan
        case client(DICOMClient)
        case child(ChildPeer)
    }

    var identity: Identity
    var aeTitle: AETitle
    /// A literal IP address.
    var address: String

    /// The node that sends, where a node does.
    var node: NodeName? {
        if case .child(let child) = identity { child.name } else { nil }
    }

    var source: InstanceSource {
        if let node {
            InstanceSource(kind: .node, name: node.rawValue)
        } else {
            InstanceSource(kind: .modality, name: aeTitle.rawValue)
        }
    }

    var auditActor: AuditActor { node.map(AuditActor.node) ?? .modality(aeTitle) }
}
