// What can go wrong with critical results.

import Foundation
import Observability

/// Equal when the codes are.
package struct CriticalResultError: ClassifiedError, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownResult = "unknown_result"
        case unknownFinding = "unknown_finding"
        /// This finding says nothing without a note.
        case noteMissing = "note_missing"
        /// Away from the hospital an acknowledgement says who there was told.
        case toldMissing = "told_missing"
        /// Only the node that reads the study withdraws.
        case markedElsewhere = "marked_elsewhere"
        case withdrawn
        /// The study is not read here, or not yet.
        case notReadHere = "not_read_here"
    }

    package let code: Code
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var isRetriable: Bool { false }
    package var label: String { "critical_\(code.rawValue)" }
    package var description: String { message }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }

    static func unknown(_ id: UUID) -> CriticalResultError {
        CriticalResultError(
            code: .unknownResult, message: "there is no critical result \(id.uuidString.lowercased()) at this node")
    }
}
