// Objects that were refused for their bytes, for the operator.

import Database
import Foundation
import Vocabulary

/// A row of `quarantine`: an object that was not taken in because of what it is. Its file lies at `path`, whole and as it
/// came, until a person releases or deletes it, or until it has lain there long enough.
package struct QuarantineEntry: Hashable, Sendable, Identifiable {
    package enum Reason: String, Hashable, Sendable, CaseIterable, TextBindable {
        /// No DICOM object, or one that cannot be walked through.
        case unreadable
        /// Nested too deeply, too many elements, or inflated to too much.
        case beyondLimits = "beyond_limits"
        /// A SOP class that is not stored.
        case notStorable = "not_storable"
        /// Lay in the folder without a row: the ledger was restored from a backup.
        case found
    }

    package var id: UUID
    package var reason: Reason
    /// What was wrong, as the sender was told; no value of the data set.
    package var sentence: String
    package var sender: InstanceSource
    /// A literal IP address, where it came over the network.
    package var senderAddress: String?
    /// See `Arrival`.
    package var issuer: String?
    package var isNetworkMade: Bool
    /// Relative to the archive.
    package var path: String
    /// SHA-256 of the data set, as far as there is one; else of the whole file.
    package var digest: Digest
    /// Of the whole file, in bytes.
    package var fileSize: Int64
    /// What it says it is: never to be relied on.
    package var transferSyntax: String?
    package var sopClass: String?
    package var sopInstance: String?
    package var study: String?
    package var firstAt: Timestamp
    package var lastAt: Timestamp
    /// The same bytes, refused again for the same reason, are the same entry.
    package var times: Int

    package init(
        id: UUID = UUID(), reason: Reason, sentence: String, sender: InstanceSource, path: String, digest: Digest,
        fileSize: Int64, at time: Timestamp
    ) {
        self.id = id
        self.reason = reason
        self.sentence = sentence
        self.sender = sender
        isNetworkMade = false
        self.path = path
        self.digest = digest
        self.fileSize = fileSize
        firstAt = time
        lastAt = time
        times = 1
    }
}

/// What bounds the quarantine.
package struct QuarantineBounds: Hashable, Sendable {
    /// Of all files together.
    package var bytes: Int64
    package var keptFor: Duration
    /// Small objects take little room and many rows.
    package var entries: Int

    package init(bytes: Int64 = 2 << 30, keptFor: Duration = .seconds(90 * 86400), entries: Int = 20_000) {
        self.bytes = bytes
        self.keptFor = keptFor
        self.entries = entries
    }
}

package struct QuarantineTotals: Hashable, Sendable {
    package var entries: Int
    package var bytes: Int64
    package var oldest: Timestamp?

    package init(entries: Int = 0, bytes: Int64 = 0, oldest: Timestamp? = nil) {
        self.entries = entries
        self.bytes = bytes
        self.oldest = oldest
    }
}
