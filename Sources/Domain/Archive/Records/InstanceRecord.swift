// What the catalogue knows about one SOP instance.

import Database
import Vocabulary

/// Who brought an instance.
package struct InstanceSource: Hashable, Codable, Sendable {
    package enum Kind: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
        /// A DICOM peer on the LAN; the name is its calling AE title.
        case modality
        /// Another node of the network; the name is the node's.
        case node
        /// A user, over HTTP; the name is the account's.
        case user
        /// A watched folder; the name is the folder's.
        case folder
        /// A disc, stick or zip file that a user imported; the name is the account's.
        case media
        /// This node made it (report, PDF).
        case made
        /// Found by reindex without a record of its arrival.
        case found
    }

    package var kind: Kind
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }
}

/// What intake knows about a committed file beside its header.
package struct StoredInstance: Hashable, Sendable {
    package var digest: Digest
    /// Length of the data set in bytes.
    package var size: Int64
    /// What `InstanceStore.commit` returned.
    package var path: String
    package var dataSetOffset: Int64
    package var source: InstanceSource
    /// SR, PDF and whatever else the network makes: kept, forwarded and shown, but in no manifest.
    package var isNetworkMade: Bool

    package init(
        digest: Digest, size: Int64, path: String, dataSetOffset: Int64, source: InstanceSource,
        isNetworkMade: Bool = false
    ) {
        self.digest = digest
        self.size = size
        self.path = path
        self.dataSetOffset = dataSetOffset
        self.source = source
        self.isNetworkMade = isNetworkMade
    }

    package init(
        _ identity: InstanceIdentity, at committed: CommittedFile, source: InstanceSource, isNetworkMade: Bool = false
    ) {
        self.init(
            digest: identity.digest, size: identity.size, path: committed.path,
            dataSetOffset: committed.dataSetOffset, source: source, isNetworkMade: isNetworkMade)
    }
}

/// A row of `sop_instance`.
package struct InstanceRecord: Hashable, Codable, Sendable {
    package var sopInstanceUID: SOPInstanceUID
    package var studyInstanceUID: StudyInstanceUID
    package var seriesInstanceUID: SeriesInstanceUID
    package var sopClass: SOPClass
    package var transferSyntax: TransferSyntax
    package var digest: Digest
    /// Length of the data set in bytes.
    package var size: Int64
    package var dataSetOffset: Int64
    /// Relative to the archive; `InstanceStore.url(of:)` resolves it.
    package var path: String
    package var instanceNumber: Int?
    /// `nil` where the object has no frames attribute; an image then has one.
    package var numberOfFrames: Int?
    package var rows: Int?
    package var columns: Int?
    package var bitsAllocated: Int?
    /// Millimetres along the normal of the image plane (PS3.3 C.7.6.2); sorts a stack.
    package var slicePosition: Double?
    package var contentDate: String?
    package var contentTime: String?
    package var isNetworkMade: Bool
    package var source: InstanceSource
    package var receivedAt: Timestamp
    /// What was acquired, where what is kept is a compressed form of it; found by decoding, not by hearsay.
    package var acquired: AcquiredForm?
    /// Whether the file is at `path`.
    package var fileState = FileState.here
    /// Why it is shown to nobody; `nil` for nearly every instance.
    package var withheld: Withholding?
}

extension InstanceRecord {
    package var isHere: Bool { fileState == .here }
    package var isImage: Bool { rows != nil && columns != nil }

    package var manifestItem: ManifestItem {
        ManifestItem(
            sopInstanceUID: sopInstanceUID, digest: acquired?.digest ?? digest, size: acquired?.size ?? size)
    }

    package var receiptItem: ReceiptItem {
        ReceiptItem(
            sopInstanceUID: sopInstanceUID, studyInstanceUID: studyInstanceUID, digest: digest, size: size,
            transferSyntax: transferSyntax, storedAt: receivedAt, acquired: acquired)
    }
}
