// Refusals as DIMSE statuses (PS3.4 B.2.3), the same whichever way an instance came.

import Vocabulary

extension DIMSEStatus {
    package init(_ error: IntakeError) {
        self =
            switch error.code {
            case .otherBytes: .conflictingInstance
            case .otherIssuer: .conflictingIssuer
            case .unreadable: .cannotUnderstand
            case .beyondLimits: .beyondLimits
            case .notStorable: .sopClassNotSupported
            case .rejected: .rejectedInstance
            }
    }
}
