// What people decided about studies after they came.

import Vocabulary

/// Who decided something when and why. Of two decisions about one thing the later one stands, at every node: by time, and by
/// the node's name where that is the same.
package struct Decision: Hashable, Codable, Sendable, Comparable {
    package var at: Timestamp
    package var node: NodeName
    package var by: String
    package var reason: String

    package init(at: Timestamp, node: NodeName, by: String, reason: String) {
        self.at = at
        self.node = node
        self.by = by
        self.reason = reason
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { (lhs.at, lhs.node.rawValue) < (rhs.at, rhs.node.rawValue) }
}

/// Whose images these really are. The bytes keep what the modality wrote.
package struct PatientCorrection: Hashable, Codable, Sendable {
    package var study: StudyInstanceUID
    package var patientID: String
    /// With its component groups, as in (0010,0010).
    package var name: String?
    /// `YYYYMMDD`.
    package var birthDate: String?
    package var sex: String?
    /// What was acquired counts again.
    package var isWithdrawn: Bool
    package var decision: Decision

    package init(
        study: StudyInstanceUID, patientID: String, name: String?, birthDate: String?, sex: String?,
        isWithdrawn: Bool = false, decision: Decision
    ) {
        self.study = study
        self.patientID = patientID
        self.name = name
        self.birthDate = birthDate
        self.sex = sex
        self.isWithdrawn = isWithdrawn
        self.decision = decision
    }
}

/// That a study, or one series of it, is shown in another study.
package struct StudyMove: Hashable, Codable, Sendable {
    package var source: StudyInstanceUID
    /// `nil`: all of it, the source is merged into the target.
    package var series: SeriesInstanceUID?
    /// `nil`: back where it came from.
    package var target: StudyInstanceUID?
    package var decision: Decision

    package init(
        source: StudyInstanceUID, series: SeriesInstanceUID? = nil, target: StudyInstanceUID?, decision: Decision
    ) {
        self.source = source
        self.series = series
        self.target = target
        self.decision = decision
    }
}

/// That nothing of a study may be destroyed, whatever its age; or that it may again.
package struct LegalHold: Hashable, Codable, Sendable {
    package var study: StudyInstanceUID
    package var isSet: Bool
    package var decision: Decision

    package init(study: StudyInstanceUID, isSet: Bool, decision: Decision) {
        self.study = study
        self.isSet = isSet
        self.decision = decision
    }
}
