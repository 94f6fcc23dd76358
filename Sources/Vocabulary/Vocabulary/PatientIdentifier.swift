// Who a study belongs to.

/// A patient as the network knows one: a patient ID and who issued it. Two hospitals' "00123" are two people.
package struct PatientIdentifier: Hashable, Codable, Sendable {
    /// The hospital: the name of the node that acquired the study, unless its configuration says another.
    package var issuer: String
    /// (0010,0020); for a study without one, the Study Instance UID, so that it stays a patient of its own.
    package var patientID: String

    package init(issuer: String, patientID: String) {
        self.issuer = issuer
        self.patientID = patientID
    }
}
