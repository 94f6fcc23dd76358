// Refused objects, for the operator.

import Database
import Foundation
import Vocabulary

/// A row of `conflict`: an object that contradicts what is kept. It lies aside at `path` until a person has decided.
package struct Conflict: Hashable, Sendable, Identifiable {
    package enum Reason: String, Hashable, Sendable, CaseIterable, TextBindable {
        /// Other bytes under the same SOP Instance UID.
        case otherBytes = "other_bytes"
        /// The study belongs to another issuer of patient IDs.
        case otherIssuer = "other_issuer"
    }

    package var id: UUID
    package var sopInstanceUID: SOPInstanceUID
    package var studyInstanceUID: StudyInstanceUID
    package var reason: Reason
    /// Of what is kept under this UID; `nil` where nothing is.
    package var keptDigest: Digest?
    package var refusedDigest: Digest
    package var sender: InstanceSource
    /// Relative to the archive.
    package var path: String
    /// When it was first refused, and last; the same object refused again is the same conflict.
    package var firstAt: Timestamp
    package var lastAt: Timestamp
    package var times: Int
    package var resolvedAt: Timestamp?
    package var resolvedBy: String?
}
