// Why an instance is rejected.

import Database

/// The document titles of IHE IOCM's rejection notes (RAD TF-3 4.66; PS3.16 CID 7011), the gravest first.
package enum RejectionReason: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    /// What it shows would harm whoever is treated by it: another patient's, the wrong side.
    case patientSafety = "patient_safety"
    /// The modality took the wrong entry of its worklist: a wrong patient or order.
    case wrongWorklist = "wrong_worklist"
    case quality
    /// Kept for as long as law and site ask.
    case retentionExpired = "retention_expired"

    /// Of the coding scheme DCM.
    package var code: String {
        switch self {
        case .quality: "113001"
        case .patientSafety: "113037"
        case .wrongWorklist: "113038"
        case .retentionExpired: "113039"
        }
    }

    package var meaning: String {
        switch self {
        case .quality: "Rejected for Quality Reasons"
        case .patientSafety: "Rejected for Patient Safety Reasons"
        case .wrongWorklist: "Incorrect Modality Worklist Entry"
        case .retentionExpired: "Data Retention Policy Expired"
        }
    }

    /// `nil` for any other document title.
    package init?(code: String, scheme: String) {
        guard scheme == "DCM", let found = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    /// Whether a modality that sends a hidden instance again is turned away (RAD TF-3 4.66.4.2.3.1, 4.66.4.3.3: "shall not
    /// accept subsequent occurrence of instances that have been hidden").
    package var refusesAgain: Bool { self == .patientSafety || self == .wrongWorklist }

    /// Whether sending an instance again ends its rejection (4.66.4.4.3: the archive "may choose to decide that the … rejection
    /// is no longer in force").
    package var endsWhenSentAgain: Bool { self == .retentionExpired }
}

/// Why an instance is shown to nobody.
package enum Withholding: String, Hashable, Codable, Sendable, CaseIterable, TextBindable {
    case patientSafety = "patient_safety"
    case wrongWorklist = "wrong_worklist"
    case quality
    case retentionExpired = "retention_expired"
    /// It is a rejection note itself.
    case note

    package init(_ reason: RejectionReason) {
        self =
            switch reason {
            case .patientSafety: .patientSafety
            case .wrongWorklist: .wrongWorklist
            case .quality: .quality
            case .retentionExpired: .retentionExpired
            }
    }

    package var reason: RejectionReason? { RejectionReason(rawValue: rawValue) }
}
