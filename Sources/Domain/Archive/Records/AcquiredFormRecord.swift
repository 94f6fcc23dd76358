// What a child says it compressed, and what decoding made of it.

import Database
import Vocabulary

/// A row of `acquired_form`, part of the ledger.
package struct AcquiredFormRecord: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable, TextBindable {
        /// Said by a child, not checked yet.
        case claimed
        /// Decoding gave back the acquired data set, to the byte.
        case proven
        /// It did not: the child sends what was acquired.
        case refuted
    }

    package var sopInstanceUID: SOPInstanceUID
    package var studyInstanceUID: StudyInstanceUID
    /// SHA-256 of the compressed data set, as it is kept.
    package var digest: Digest
    package var acquired: AcquiredForm
    package var state: State
    package var claimedBy: NodeName
}
