// Refusals as DIMSE statuses: the one place where an error of ours becomes an answer to a C-STORE (PS3.4 B.2.3).

import Archive
import DICOM
import Database
import StudyFlow
import Vocabulary

extension StoreResponse {
    /// Comments have at most 64 characters and name no patient. 0xA700 and 0x0110 tell the sender to try again; every
    /// other status that it should not.
    init(refusing error: any Error) {
        switch error {
        case let error as IntakeError:
            self.init(status: DIMSEStatus(error), errorComment: error.comment)
        case let error as ArchiveError where error.code == .full:
            self.init(status: .outOfResources, errorComment: "storage is full")
        case let error as DatabaseError where error.code == .full:
            self.init(status: .outOfResources, errorComment: "storage is full")
        default:
            self.init(answering: error)
        }
    }
}
