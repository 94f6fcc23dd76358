// A key object that rejects instances.

import DICOM
import Foundation
import Vocabulary

/// A row of `rejection_note`: what the key object's file says.
package struct RejectionNote: Hashable, Sendable {
    package var note: SOPInstanceUID
    package var study: StudyInstanceUID
    package var reason: RejectionReason
    package var remark: String?
    package var author: String?
    package var notedAt: Timestamp
    /// Of its own study; a document that names another study's instances rejects none of those (its identical copy in
    /// that study does).
    package var instances: [SOPInstanceUID]

    package init(
        note: SOPInstanceUID, study: StudyInstanceUID, reason: RejectionReason, remark: String? = nil,
        author: String? = nil, notedAt: Timestamp, instances: [SOPInstanceUID]
    ) {
        self.note = note
        self.study = study
        self.reason = reason
        self.remark = remark
        self.author = author
        self.notedAt = notedAt
        self.instances = instances
    }

    /// What a stored key object rejects; `nil` for one that rejects nothing, such as a list of images of interest.
    ///
    /// - Parameter time: when it came.
    /// - Throws: `DICOMError` where it cannot be read.
    package init?(file: String, _ header: InstanceHeader, at time: Timestamp) throws {
        guard header.sopClass == .keyObjectSelection,
            let content = try KeyObjectContent(try DICOMFile(file).dataSet()),
            let reason = RejectionReason(code: content.titleCode, scheme: content.titleScheme)
        else { return nil }
        self.init(
            note: header.sopInstanceUID, study: header.studyInstanceUID, reason: reason,
            remark: content.text.map { String($0.prefix(1024)) },
            author: content.observer.map { String($0.prefix(64)) },
            notedAt: time,
            instances: content.references.filter { $0.study == nil || $0.study == header.studyInstanceUID }
                .map(\.sopInstance).filter { $0 != header.sopInstanceUID })
    }
}

/// A note as a study's page shows it.
package struct RejectionEntry: Hashable, Sendable {
    package var note: SOPInstanceUID
    package var reason: RejectionReason
    package var remark: String?
    package var author: String?
    package var notedAt: Timestamp
    /// How many instances it names, and for how many it is still in force.
    package var named: Int
    package var inForce: Int
    /// Who took it back, or the last part of it.
    package var liftedBy: String?
    package var liftedAt: Timestamp?
    /// Of what it names, gone for good.
    package var destroyed: Int
}
