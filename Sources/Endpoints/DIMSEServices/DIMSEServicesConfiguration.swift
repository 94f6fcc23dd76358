// How this node speaks DICOM.

import DICOM
import Vocabulary

/// What the plain port may fetch by C-GET. It cannot know who asks: an AE title is no proof.
package enum LANRetrieve: String, Hashable, Sendable, CaseIterable {
    case none
    /// Studies acquired at this node.
    case own
    case all
}

package struct DIMSEServicesConfiguration: Hashable, Sendable {
    /// This node's own title, for what it calls itself when it dials.
    package var aeTitle: AETitle
    /// A literal IPv4 address.
    package var host: String
    /// Unencrypted DICOM from the LAN; `nil` doesn't listen, 0 takes any free port.
    package var plainPort: Int?
    /// DICOM over mutual TLS; `nil` doesn't listen, 0 takes any free port.
    package var tlsPort: Int?
    /// This node's certificate, for both ends of its associations.
    package var credentials: TLSCredentials
    /// Who may call on the plain port; empty lets anybody.
    package var callingAETitles: Set<AETitle>
    package var lanRetrieve: LANRetrieve
    /// On each port.
    package var maximumAssociations: Int
    /// Nothing is taken in when less than this would be left on the disk.
    package var minimumFreeBytes: Int64
    /// The same in per cent of the disk; the stricter counts.
    package var minimumFreePercent: Int
    /// Of one object.
    package var largestInstance: Int64
    /// How long associations may go on after the daemon is told to stop.
    package var gracePeriod: Duration

    package init(
        aeTitle: AETitle, host: String, plainPort: Int?, tlsPort: Int?, credentials: TLSCredentials,
        callingAETitles: Set<AETitle> = [], lanRetrieve: LANRetrieve = .own, maximumAssociations: Int = 64,
        minimumFreeBytes: Int64 = 1 << 30, minimumFreePercent: Int = 0, largestInstance: Int64 = 16 << 30,
        gracePeriod: Duration = .seconds(10)
    ) {
        self.aeTitle = aeTitle
        self.host = host
        self.plainPort = plainPort
        self.tlsPort = tlsPort
        self.credentials = credentials
        self.callingAETitles = callingAETitles
        self.lanRetrieve = lanRetrieve
        self.maximumAssociations = maximumAssociations
        self.minimumFreeBytes = minimumFreeBytes
        self.minimumFreePercent = minimumFreePercent
        self.largestInstance = largestInstance
        self.gracePeriod = gracePeriod
    }
}
