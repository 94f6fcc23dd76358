// What nodes tell each other about corrections.

import Archive
import Foundation
import Vocabulary

/// Up and down, to every node that was told of the study: applied twice or in another order, it ends the same.
package struct StudyCorrected: NodeEvent {
    package static let type = "study-corrected"

    package enum Change: Codable, Sendable {
        /// A rejection note made by a node, as its Part 10 file.
        case rejected(file: Data)
        case lifted(RejectionLift)
        case patient(PatientCorrection)
        case moved(StudyMove)
        case held(LegalHold)
    }

    package var study: StudyInstanceUID
    package var issuer: String
    package var origin: NodeName
    package var change: Change
}
