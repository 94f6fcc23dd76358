// Where an instance belongs now, whatever its bytes say.

import Archive
import DICOM
import Database
import Foundation
import StudyFlow
import Vocabulary

/// Attributes that stand in the metadata of a study whose patient was corrected, or of a series that is shown in another study,
/// in place of those in the bytes. Whole instances are given out as they were acquired.
struct IdentityOverlay: Sendable {
    private let attributes: JSONDataSet
    private let tags: Set<DICOM.Tag>

    /// `nil` where the bytes are right: nearly always.
    init?(
        of shown: StudyInstanceUID, _ instance: InstanceRecord, _ flow: FlowContext, in database: some DatabaseReading
    )
        throws
    {
        let stored = instance.studyInstanceUID
        let corrected = try flow.patientCorrections.original(of: shown, in: database) != nil
        let wasCorrected =
            try stored == shown ? false : flow.patientCorrections.original(of: stored, in: database) != nil
        guard corrected || wasCorrected || stored != shown,
            let study = try flow.catalogue.study(shown, in: database)
        else { return nil }
        var attributes = JSONDataSet()
        attributes.set(.patientName, .PN, study.patient.name)
        attributes.set(.patientID, .LO, study.patientID)
        attributes.set(.issuerOfPatientID, .LO, study.issuer)
        attributes.set(.patientBirthDate, .DA, study.patient.birthDate)
        attributes.set(.patientSex, .CS, study.patient.sex)
        attributes.set(.studyInstanceUID, .UI, shown.rawValue)
        tags = [
            .patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex, .patientAge,
            .studyInstanceUID,
        ]
        self.attributes = attributes
    }

    /// The object's members without those that this replaces, and this.
    func apply(to json: DICOMJSON, _ dataSet: DataSet) throws -> Data {
        let members = try JSONEncoder().encode(attributes).dropLast()
        let rest = json.encode(dataSet, omitting: tags).dropFirst()
        return members + (rest.count > 1 ? Data(",".utf8) : Data()) + rest
    }

    /// Differs where what it says differs.
    func fingerprint() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Digest(of: try encoder.encode(attributes)).hexadecimal
    }
}
