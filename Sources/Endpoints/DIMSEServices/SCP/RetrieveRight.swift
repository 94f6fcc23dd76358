// Who may fetch what.

import Archive
import Identity
import Vocabulary

/// What a caller may fetch by C-GET.
enum RetrieveRight: Hashable, Sendable {
    case nothing
    case everything
    /// A child: studies that came up through it, and what was made for them.
    case subtree(of: NodeName)
    /// What this node acquired itself: not what a node above lent it.
    case acquired(at: NodeName)
    /// A client: instances it sent itself.
    case sent(by: AETitle)

    init(of caller: Caller, at node: NodeName, lanRetrieve: LANRetrieve) {
        switch caller.identity {
        case .child(let child): self = .subtree(of: child.name)
        case .client(let client):
            self =
                switch client.retrieve {
                case .all: .everything
                case .own: .sent(by: client.aeTitle)
                case .none: .nothing
                }
        case .lan:
            self =
                switch lanRetrieve {
                case .all: .everything
                case .own: .acquired(at: node)
                case .none: .nothing
                }
        }
    }

    func allows(_ instance: InstanceRecord, of origin: StudyOrigin?) -> Bool {
        switch self {
        case .nothing: false
        case .everything: true
        case .subtree(let child): origin?.viaChild == child
        case .acquired(let node): origin?.viaChild == nil && origin?.originNode == node
        case .sent(let title): instance.source == InstanceSource(kind: .modality, name: title.rawValue)
        }
    }
}
