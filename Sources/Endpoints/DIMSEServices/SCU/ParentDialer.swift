// Calling a parent.

import DICOM
import Identity
import Vocabulary

/// Whom this node dials, and what the one who answers must prove: its host name and its node's name.
package struct ParentDialer: Sendable {
    private let aeTitle: AETitle
    private let credentials: TLSCredentials
    private let peers: @Sendable () -> PeerDirectory

    /// - Parameter peers: asked at each call, so that a corrected address counts at once.
    package init(_ configuration: DIMSEServicesConfiguration, peers: @escaping @Sendable () -> PeerDirectory) {
        aeTitle = configuration.aeTitle
        credentials = configuration.credentials
        self.peers = peers
    }

    /// - Throws: `DIMSEServicesError.unknownPeer`.
    func target(_ name: NodeName, contexts: [ProposedContext]) throws -> AssociationTarget {
        guard let parent = peers().parent(name) else {
            throw DIMSEServicesError(
                code: .unknownPeer, message: "'\(name)' is no parent of this node; correct the file of peers")
        }
        return AssociationTarget(
            address: PeerAddress(host: parent.host, port: parent.dicomTLSPort), calling: aeTitle,
            called: parent.aeTitle, contexts: contexts, tls: credentials,
            expectedNodeURN: name.uniformResourceName, congestionControl: parent.link.socketCongestionControl)
    }
}
