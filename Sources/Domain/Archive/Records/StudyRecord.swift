// What the catalogue knows about patients, studies and series: every attribute that QIDO-RS returns (PS3.18 10.6.3).

import Vocabulary

/// A row of `patient`.
package struct PatientRecord: Hashable, Codable, Sendable {
    package var identifier: PatientIdentifier
    /// All component groups as they came, in Unicode: `Wang^XiaoDong=王^小东`.
    package var name: String?
    /// `YYYYMMDD`.
    package var birthDate: String?
    package var sex: String?
}

/// A row of `study`, with its patient.
package struct StudyRecord: Hashable, Codable, Sendable {
    package var studyInstanceUID: StudyInstanceUID
    package var patient: PatientRecord
    package var studyDate: String?
    package var studyTime: String?
    package var accessionNumber: String?
    package var studyDescription: String?
    package var studyID: String?
    package var referringPhysician: String?
    package var institutionName: String?
    package var patientAge: String?
    package var timezoneOffset: String?
    /// Modalities in Study (0008,0061), sorted; of acquired objects and of what the network made.
    package var modalities: [String]
    /// Sorted, each once.
    package var bodyParts: [String]
    package var originNode: NodeName
    package var firstReceivedAt: Timestamp
    package var lastReceivedAt: Timestamp
    package var seriesCount: Int
    package var instanceCount: Int
    /// Of those, made by the network: reports.
    package var networkMadeCount: Int
    package var byteCount: Int64
    /// Texts were not written as declared, and were taken to be in this; `nil` where nothing had to be guessed.
    package var guessedEncoding: CharacterEncoding?
    /// What is shown of the study where that is not all that it holds: `nil` for nearly every study.
    package var shown: ShownCounts?

    /// Patient ID (0010,0020) as the object has it: `nil` where there was none and the study stands for the patient.
    package var patientID: String? {
        patient.identifier.patientID == studyInstanceUID.rawValue ? nil : patient.identifier.patientID
    }
    package var issuer: String { patient.identifier.issuer }
    /// Held here, shown or not: what manifests and receipts are about.
    package var acquiredCount: Int { instanceCount - networkMadeCount }
    /// Without what was rejected or moved to another study, with what was moved here: what people count.
    package var shownAcquiredCount: Int { shown.map { $0.instances - $0.networkMade } ?? acquiredCount }
    package var shownInstanceCount: Int { shown?.instances ?? instanceCount }
    package var shownSeriesCount: Int { shown?.series ?? seriesCount }
    /// It holds images, and none of them is shown here.
    package var isWithheld: Bool { shown.map { $0.instances <= $0.networkMade } ?? false }
}

/// How much of a study people see after its corrections.
package struct ShownCounts: Hashable, Codable, Sendable {
    package var series: Int
    package var instances: Int
    /// Of those, made by the network.
    package var networkMade: Int
}

/// A row of `series`.
package struct SeriesRecord: Hashable, Codable, Sendable {
    package var studyInstanceUID: StudyInstanceUID
    package var seriesInstanceUID: SeriesInstanceUID
    package var modality: String?
    package var seriesNumber: Int?
    package var seriesDescription: String?
    package var bodyPart: String?
    package var laterality: String?
    package var protocolName: String?
    package var manufacturer: String?
    package var manufacturerModelName: String?
    package var stationName: String?
    package var timezoneOffset: String?
    package var performedProcedureStepStartDate: String?
    package var performedProcedureStepStartTime: String?
    /// In Request Attributes Sequence (0040,0275).
    package var scheduledProcedureStepID: String?
    package var requestedProcedureID: String?
    package var isNetworkMade: Bool
    package var instanceCount: Int
    package var byteCount: Int64
    package var firstReceivedAt: Timestamp
    package var lastReceivedAt: Timestamp
    /// Not withheld; `nil` where that is all.
    package var shownCount: Int?
    /// The study whose pages show it; `nil` or its own in nearly every case.
    package var shownStudy: StudyInstanceUID?

    package var shownInstanceCount: Int { shownCount ?? instanceCount }
    package var isMovedAway: Bool { shownStudy.map { $0 != studyInstanceUID } ?? false }
}

/// A series with its study, as a search across studies returns it.
package struct SeriesResult: Hashable, Sendable {
    package var study: StudyRecord
    package var series: SeriesRecord
}

/// An instance with its series and study, as a search across studies returns it.
package struct InstanceResult: Hashable, Sendable {
    package var study: StudyRecord
    package var series: SeriesRecord
    package var instance: InstanceRecord
}
