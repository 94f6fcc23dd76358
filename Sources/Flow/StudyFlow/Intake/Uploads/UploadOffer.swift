// What a child says about an instance before it sends the first range.

import Archive
import Observability
import Vocabulary

/// Everything that can be refused is in here, so that nothing large is taken in vain.
package struct UploadOffer: Hashable, Codable, Sendable {
    package var study: StudyInstanceUID
    package var sopInstance: SOPInstanceUID
    package var sopClass: SOPClass
    package var transferSyntax: TransferSyntax
    /// SHA-256 of the data set bytes, which are what is sent.
    package var digest: Digest
    /// Of the data set, in bytes.
    package var size: Int64

    package init(
        study: StudyInstanceUID, sopInstance: SOPInstanceUID, sopClass: SOPClass, transferSyntax: TransferSyntax,
        digest: Digest, size: Int64
    ) {
        self.study = study
        self.sopInstance = sopInstance
        self.sopClass = sopClass
        self.transferSyntax = transferSyntax
        self.digest = digest
        self.size = size
    }
}

/// What is taken from whom.
package struct UploadLimits: Hashable, Sendable {
    /// Of one data set.
    package var largestInstance: Int64
    /// Nothing is taken in that would not leave this on the disk.
    package var reserve: SpaceReserve
    /// Bytes in one range.
    package var largestRange: Int64 = 4 << 20
    /// Begun and not finished, of one child.
    package var uploadsPerChild = 32
    /// The whole sizes of those together.
    package var bytesPerChild: Int64 = 64 << 30
    /// One untouched for so long gives way to another when a limit is reached.
    package var idleAfter: Duration = .seconds(3600)
    /// One untouched for so long is abandoned.
    package var keptFor: Duration = .seconds(7 * 24 * 3600)

    package init(largestInstance: Int64 = 16 << 30, reserve: SpaceReserve) {
        self.largestInstance = largestInstance
        self.reserve = reserve
    }
}

/// Why ranges are not taken as they come.
package enum UploadError: Error, Hashable, Sendable {
    /// No such upload of this child: finished, expired or never begun.
    case unknown
    /// The range does not begin where the last one ended.
    case wrongOffset(received: Int64)
    /// The range's bytes do not hash to what the child says; nothing of it is kept.
    case damagedRange(received: Int64)
    /// The child began another range or asked anew, on another connection; this one is dead.
    case superseded
    /// The same instance is being checked and taken just now.
    case finishing
    /// Too many begun by this child; some will end.
    case tooMany
    /// For good or for now: what C-STORE would have answered.
    case refused(UploadRefusal)
}

/// A refusal in the words of C-STORE (PS3.4 B.2.3).
package struct UploadRefusal: Error, Hashable, Codable, Sendable {
    package var status: DIMSEStatus
    /// No patient data.
    package var comment: String
    package var isRetriable: Bool

    package init(status: DIMSEStatus, comment: String) {
        self.status = status
        self.comment = comment
        isRetriable = status.isRetriable
    }

    package static let noRoom = UploadRefusal(status: .outOfResources, comment: "storage is full")
}
