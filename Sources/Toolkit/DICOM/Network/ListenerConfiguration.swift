// What a listener may be told.

import Vocabulary

package struct ListenerConfiguration: Sendable {
    /// A literal address of this machine: `127.0.0.1` for this machine only, `0.0.0.0` for all IPv4 networks.
    package var host: String
    /// 0 takes any free port.
    package var port: Int
    /// `nil` listens for DICOM without TLS.
    package var tls: TLSCredentials?
    package var maximumAssociations: Int
    /// Connections from one address, associations or not yet; keeps one broken device from taking them all.
    package var maximumConnectionsPerAddress: Int
    /// Associations of one calling AE title.
    package var maximumAssociationsPerAETitle: Int
    /// For TLS handshake and A-ASSOCIATE-RQ together.
    package var handshakeTimeout: Duration
    /// From the first byte of a PDU to its last, for every peer.
    package var pduTimeout: Duration
    /// From the first byte of a command to its last PDU, for peers that have a `progress` limit.
    package var commandTimeout: Duration
    /// Bytes per second. A data set may take `progress` and a second for each of these; a peer that trickles is ended.
    package var minimumRate: Int
    /// C-ECHOs of an association that are answered at once; each further one is followed by a short rest.
    package var freeEchoes = 50
    /// For a peer's answer to a C-STORE sub-operation.
    package var responseTimeout: Duration
    /// How long associations may go on after the listener is told to stop.
    package var gracePeriod: Duration
    package var maximumPDULength: Int

    package init(
        host: String = "127.0.0.1", port: Int, tls: TLSCredentials? = nil, maximumAssociations: Int = 64,
        maximumConnectionsPerAddress: Int = 64, maximumAssociationsPerAETitle: Int = 64,
        handshakeTimeout: Duration = .seconds(15), pduTimeout: Duration = .seconds(60),
        commandTimeout: Duration = .seconds(30), minimumRate: Int = 4096,
        responseTimeout: Duration = .seconds(120), gracePeriod: Duration = .seconds(10),
        maximumPDULength: Int = 131_072
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.maximumAssociations = maximumAssociations
        self.maximumConnectionsPerAddress = maximumConnectionsPerAddress
        self.maximumAssociationsPerAETitle = maximumAssociationsPerAETitle
        self.handshakeTimeout = handshakeTimeout
        self.pduTimeout = pduTimeout
        self.commandTimeout = commandTimeout
        self.minimumRate = minimumRate
        self.responseTimeout = responseTimeout
        self.gracePeriod = gracePeriod
        self.maximumPDULength = maximumPDULength
    }
}
