// Calling a parent.

import DICOM
import Identity
import Vocabulary

/// Whom this node dials, and what the one who answers must prove: its host name and its node's name.
package struct ParentDialer: Sendable {
    private let aeTitle: AETitle
    private let credentials: TLSCredentials
    private let peers: @Sendable () -> PeerDirectory
    let patience: ParentPatience

    /// - Parameters:
    ///   - standstill: after which an association on which nothing moves is given up; longer for a parent that was slow.
    ///   - peers: asked at each call, so that a corrected address counts at once.
    package init(
        _ configuration: DIMSEServicesConfiguration, standstill: Duration = .seconds(14),
        peers: @escaping @Sendable () -> PeerDirectory
    ) {
        patience = ParentPatience(usual: standstill)
        aeTitle = configuration.aeTitle
        credentials = configuration.credentials
        self.peers = peers
    }

    /// After which the next association to this parent is given up when nothing moves on it.
    package func standstill(of parent: NodeName) -> Duration { patience.limit(for: parent) }

    /// - Throws: `DIMSEServicesError.unknownPeer`.
    func target(_ name: NodeName, contexts: [ProposedContext]) throws -> AssociationTarget {
        guard let parent = peers().parent(name) else {
            throw DIMSEServicesError(
                code: .unknownPeer, message: "'\(name)' is no parent of this node; correct the file of peers")
        }
        return AssociationTarget(
            address: PeerAddress(host: parent.host, port: parent.dicomTLSPort), calling: aeTitle,
            called: parent.aeTitle, contexts: contexts, tls: credentials,
            expectedNodeURN: name.uniformResourceName,
            timeouts: AssociationTimeouts(standstill: patience.limit(for: name)),
            congestionControl: parent.link.socketCongestionControl)
    }
}
