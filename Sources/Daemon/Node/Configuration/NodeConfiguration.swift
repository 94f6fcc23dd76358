// One node's settings, as values.

import DIMSEServices
import Foundation
import MediaIntake
import StudyFlow
import Vocabulary

/// Everything `node.yaml` says, checked. `NodeConfiguration+ConfigReader` documents the keys.
package struct NodeConfiguration: Sendable {
    package struct DICOMSettings: Hashable, Sendable {
        package var aeTitle: AETitle
        package var host: String
        /// Unencrypted, for the LAN; `nil` keeps it closed.
        package var port: Int?
        /// Mutual TLS; `nil` keeps it closed.
        package var tlsPort: Int?
        /// Who may call on the plain port; empty: anybody.
        package var callingAETitles: [AETitle]
        package var maximumAssociations: Int
        /// What a caller on the plain port may fetch: `none`, `own` (acquired here) or `all`.
        package var lanRetrieve: LANRetrieve
        /// Nothing is taken in when less than this would be left on the disk.
        package var minimumFreeBytes: Int64
    }

    package struct HTTPSettings: Hashable, Sendable {
        package var host: String
        package var port: Int
    }

    package struct TLSFiles: Hashable, Sendable {
        package var certificate: String
        package var key: String
        package var authority: String
        package var receiptCertificate: String
        package var receiptKey: String
        package var reportCertificate: String
        package var reportKey: String
    }

    /// The file that it was read from; relative paths start from its folder.
    package var file: String
    package var node: LocalNode
    package var singleReaderAllowed: Bool
    package var signsWithPassword: Bool
    package var templatesFile: String?
    package var doubleReadingFile: String?
    /// Archive, database and everything else that is kept.
    package var directory: String
    package var dicom: DICOMSettings
    package var http: HTTPSettings
    package var tls: TLSFiles
    /// An instance interrupted so often goes in ranges; 0: never.
    package var rangesAfterInterruptions: Int
    /// Absolute; what is dropped there is taken in.
    package var watchedFolders: [String]
    package var folderSettings: FolderSettings
    package var peersFile: String?
    package var rulesFile: String?
    package var criticalResultsFile: String?
    /// `nil`: the rules that ship.
    package var retentionFile: String?
    /// Named in the file; `nil`: `defaultRosterFile`, where it is there.
    package var rosterFile: String?
    package var clocksFile: String?
    package var assignment: AssignmentPolicy
    package var pricesFile: String?
    package var hangingFile: String?
    package var linkingFile: String?
    /// Links that a search for earlier studies may cross.
    package var priorHops: Int
    package var priorsKept: Duration
    package var priorsLent: Duration
    package var logLevel: String

    package var defaultRosterFile: String { directory + "/roster.yaml" }
    package var databaseFile: String { directory + "/jieli.sqlite" }
    package var archiveDirectory: String { directory + "/archive" }
    /// Derived files; nothing that is lost with it is missed.
    package var outgoingDirectory: String { directory + "/outgoing" }
}
