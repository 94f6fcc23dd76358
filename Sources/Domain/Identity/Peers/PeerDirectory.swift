// Who is who on the secured ports.

import Observability
import Vocabulary

/// A node above, which this node dials.
package struct ParentPeer: Hashable, Sendable {
    package var name: NodeName
    package var aeTitle: AETitle
    /// Name or address; must stand in the parent's certificate.
    package var host: String
    package var dicomTLSPort: Int
    /// `https://host:port`, no trailing slash.
    package var url: String
    /// Nodes reached through this one (its own parents, siblings), for orders that wish for one of them.
    package var reaches: [NodeName]
    /// How much of the line studies may take, and how.
    package var link: LinkPolicy
}

/// A node below, which dials this one.
package struct ChildPeer: Hashable, Sendable {
    package var name: NodeName
    package var aeTitles: [AETitle]
    /// The issuer of its patients' IDs; its own name unless the file says another.
    package var issuer: String
    /// Further issuers whose patients' studies come through it: of the hospitals below it.
    package var issuersBelow: [String]
}

/// A DICOM TLS client that is no node: a workstation, a test program. Bound to one certificate.
package struct DICOMClient: Hashable, Sendable {
    package var aeTitle: AETitle
    package var fingerprint: Digest
    package var retrieve: RetrieveGrant
}

/// What a client may query and fetch.
package enum RetrieveGrant: String, Hashable, Codable, Sendable, CaseIterable {
    case all
    /// What it sent itself.
    case own
    case none
}

/// Whom a certificate and an AE title were found to be.
package enum PeerIdentity: Hashable, Sendable {
    case parent(ParentPeer)
    case child(ChildPeer)
    case client(DICOMClient)

    package var node: NodeName? {
        switch self {
        case .parent(let peer): peer.name
        case .child(let peer): peer.name
        case .client: nil
        }
    }
}

/// Why a peer is not let in, in one sentence for the log, the operator and the peer.
package struct PeerRefusal: ClassifiedError, Hashable {
    package let reason: String
    package var isRetriable: Bool { false }
    package var label: String { "peer_refused" }
    package var description: String { reason }
}

/// The parents, children and clients of one node: the file `peers.yaml` as values.
package struct PeerDirectory: Hashable, Sendable {
    package var parents: [ParentPeer]
    package var children: [ChildPeer]
    package var clients: [DICOMClient]

    package init(parents: [ParentPeer] = [], children: [ChildPeer] = [], clients: [DICOMClient] = []) {
        self.parents = parents
        self.children = children
        self.clients = clients
    }

    package func parent(_ name: NodeName) -> ParentPeer? { parents.first { $0.name == name } }
    package func child(_ name: NodeName) -> ChildPeer? { children.first { $0.name == name } }

    /// Who a verified certificate belongs to. The chain has been checked by TLS.
    package func authenticate(_ certificate: CertificateFacts) -> Result<PeerIdentity, PeerRefusal> {
        if let node = certificate.node {
            if let child = child(node) { return .success(.child(child)) }
            if let parent = parent(node) { return .success(.parent(parent)) }
            return refuse("the certificate names node '\(node)', which is neither parent nor child of this node")
        }
        if let client = clients.first(where: { $0.fingerprint == certificate.fingerprint }) {
            return .success(.client(client))
        }
        return refuse("no client with certificate fingerprint \(certificate.fingerprint) is known here")
    }

    /// The same, and the calling AE title must be one that is bound to this certificate.
    package func authenticate(
        _ certificate: CertificateFacts, callingAETitle: AETitle
    ) -> Result<PeerIdentity, PeerRefusal> {
        authenticate(certificate).flatMap { identity in
            let titles =
                switch identity {
                case .parent(let peer): [peer.aeTitle]
                case .child(let peer): peer.aeTitles
                case .client: clients.filter { $0.fingerprint == certificate.fingerprint }.map(\.aeTitle)
                }
            guard titles.contains(callingAETitle) else {
                let bound = titles.map(\.rawValue).joined(separator: ", ")
                return refuse("calling AE title '\(callingAETitle)' is not bound to this certificate (\(bound) is)")
            }
            if case .client = identity,
                let client = clients.first(where: {
                    $0.fingerprint == certificate.fingerprint && $0.aeTitle == callingAETitle
                })
            {
                return .success(.client(client))
            }
            return .success(identity)
        }
    }

    private func refuse(_ reason: String) -> Result<PeerIdentity, PeerRefusal> {
        .failure(PeerRefusal(reason: reason))
    }
}
