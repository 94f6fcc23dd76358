// Whom to call, and what to propose.

import Vocabulary

package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { "\(host):\(port)" }
}

package struct AssociationTimeouts: Hashable, Sendable {
    /// Connection (at most 15 s of it), TLS handshake and A-ASSOCIATE together.
    package var association: Duration
    /// For each PDU sent, and in the middle of a message received.
    package var progress: Duration
    /// For the peer's answer to a message.
    package var response: Duration
    package var release: Duration
    /// While something is awaited and nothing moves in either direction, not even what was written: for a peer that never
    /// takes long, behind a line that may forget its connections without a word. `nil` waits as long as the others say.
    package var standstill: Duration?

    package init(
        association: Duration = .seconds(30), progress: Duration = .seconds(120), response: Duration = .seconds(300),
        release: Duration = .seconds(5), standstill: Duration? = nil
    ) {
        self.association = association
        self.progress = progress
        self.response = response
        self.release = release
        self.standstill = standstill
    }
}

/// Everything an association is requested with.
package struct AssociationTarget: Sendable {
    package var address: PeerAddress
    package var calling: AETitle
    package var called: AETitle
    /// At most 128; their order is their order on the wire.
    package var contexts: [ProposedContext]
    /// `nil` calls without TLS.
    package var tls: TLSCredentials?
    /// The DNS name or literal address the peer's certificate must carry; `nil` leaves names unchecked, for peers that are
    /// known by `expectedNodeURN` alone.
    package var certificateHost: String?
    /// The URI the peer's certificate must carry, such as `urn:jieli:node:puning`.
    package var expectedNodeURN: String?
    package var timeouts: AssociationTimeouts
    package var maximumPDULength: Int
    /// TCP congestion control such as `bbr`, where the kernel has it: on a lossy link six times the default.
    package var congestionControl: String?

    /// The certificate is checked against the address' host unless `certificateHost` is set afterwards.
    package init(
        address: PeerAddress, calling: AETitle, called: AETitle, contexts: [ProposedContext],
        tls: TLSCredentials? = nil, expectedNodeURN: String? = nil,
        timeouts: AssociationTimeouts = AssociationTimeouts(), maximumPDULength: Int = 131_072,
        congestionControl: String? = nil
    ) {
        self.address = address
        self.calling = calling
        self.called = called
        self.contexts = contexts
        self.tls = tls
        certificateHost = address.host
        self.expectedNodeURN = expectedNodeURN
        self.timeouts = timeouts
        self.maximumPDULength = maximumPDULength
        self.congestionControl = congestionControl
    }
}
