// Whose a study is: a fact no file holds.

import Vocabulary

/// A row of `study_origin`, part of the ledger: reindex reads it and never writes it.
package struct StudyOrigin: Hashable, Sendable {
    package var studyInstanceUID: StudyInstanceUID
    /// Of the patient ID: the hospital.
    package var issuer: String
    /// The node that acquired the study.
    package var originNode: NodeName
    /// The child it came through, where it didn't start here.
    package var viaChild: NodeName?
    package var recordedAt: Timestamp

    package init(
        studyInstanceUID: StudyInstanceUID, issuer: String, originNode: NodeName, viaChild: NodeName? = nil,
        recordedAt: Timestamp
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.issuer = issuer
        self.originNode = originNode
        self.viaChild = viaChild
        self.recordedAt = recordedAt
    }
}
