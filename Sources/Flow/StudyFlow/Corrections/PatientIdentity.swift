// A patient as an authorised person types them.

import Archive
import Foundation
import Vocabulary

/// Checked against what DICOM takes (PS3.5 6.2) before anything is said in its name.
package struct PatientIdentity: Hashable, Sendable {
    package var patientID: String
    /// Component groups as in (0010,0010).
    package var name: String?
    /// `YYYYMMDD`.
    package var birthDate: String?
    /// M, F or O.
    package var sex: String?

    package init(patientID: String, name: String?, birthDate: String?, sex: String?) {
        func filled(_ text: String?) -> String? {
            // Spaces at either end mean nothing in DICOM, and would make two patients of one number here.
            let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            return trimmed.isEmpty ? nil : trimmed
        }
        self.patientID = filled(patientID) ?? ""
        self.name = filled(name)
        self.birthDate = filled(birthDate).map { $0.filter { !"-/. ".contains($0) } }
        self.sex = filled(sex)
    }

    init(_ record: StudyRecord) {
        self.init(
            patientID: record.patientID ?? "", name: record.patient.name, birthDate: record.patient.birthDate,
            sex: record.patient.sex)
    }

    init(_ correction: PatientCorrection) {
        patientID = correction.patientID
        name = correction.name
        birthDate = correction.birthDate
        sex = correction.sex
    }

    /// - Throws: `CorrectionError.badPatient`; the sentence names the attribute and not its value.
    func check() throws {
        func refuse(_ what: String) -> CorrectionError { CorrectionError(code: .badPatient, message: what) }
        func isText(_ text: String) -> Bool {
            !text.unicodeScalars.contains { $0 == "\\" || $0.properties.generalCategory == .control }
        }
        guard !patientID.isEmpty, patientID.count <= 64, isText(patientID) else {
            throw refuse("the patient ID must have 1 to 64 characters, none of them a backslash")
        }
        if let name {
            guard isText(name), name.split(separator: "=", omittingEmptySubsequences: false).count <= 3,
                name.split(separator: "=").allSatisfy({ $0.count <= 64 })
            else {
                throw refuse("the patient's name must have at most three groups of 64 characters, without backslashes")
            }
        }
        if let birthDate {
            let (month, day) = (birthDate.dropFirst(4).prefix(2), birthDate.dropFirst(6))
            guard CivilDate("\(birthDate.prefix(4))-\(month)-\(day)") != nil else {
                throw refuse("the birth date must be a date: year, month and day")
            }
        }
        if let sex, !["M", "F", "O"].contains(sex) { throw refuse("the sex must be M, F or O") }
    }
}
