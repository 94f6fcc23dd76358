// A radiology report as it leaves the house, in plain values: whoever releases it fills them in.

import Foundation
import Vocabulary

/// What a printed report says. Texts are printed as given; empty ones print as a dash.
package struct ReportDocument: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        /// Written, not yet verified by a second doctor.
        case preliminary
        case final
        /// Replaces an earlier report, named as its reader knows it ("2026-11-21 10:30 的报告").
        case corrected(replaces: String)
        /// An earlier report that another one has replaced.
        case superseded(by: String)
    }

    package struct Patient: Sendable, Hashable {
        package var name: String
        package var sex: String
        package var age: String
        package var identifier: String

        package init(name: String, sex: String, age: String, identifier: String) {
            self.name = name
            self.sex = sex
            self.age = age
            self.identifier = identifier
        }
    }

    package struct Examination: Sendable, Hashable {
        /// The hospital that took the images.
        package var hospital: String
        package var accessionNumber: String
        package var studyDate: String
        package var modality: String
        package var bodyPart: String
        package var clinicalQuestion: String

        package init(
            hospital: String, accessionNumber: String, studyDate: String, modality: String, bodyPart: String,
            clinicalQuestion: String
        ) {
            self.hospital = hospital
            self.accessionNumber = accessionNumber
            self.studyDate = studyDate
            self.modality = modality
            self.bodyPart = bodyPart
            self.clinicalQuestion = clinicalQuestion
        }
    }

    package struct Signature: Sendable, Hashable {
        package var name: String
        package var time: Timestamp

        package init(name: String, time: Timestamp) {
            self.name = name
            self.time = time
        }
    }

    /// What was signed under the report after it was released.
    package struct Addendum: Sendable, Hashable {
        package var text: String
        package var signature: Signature

        package init(text: String, signature: Signature) {
            self.text = text
            self.signature = signature
        }
    }

    /// "普宁市远程影像诊断中心"
    package var institution: String
    /// The report's own number; it is in the file's title.
    package var reportNumber: String
    package var patient: Patient
    package var examination: Examination
    package var findings: String
    package var impression: String
    package var reporting: Signature?
    package var reviewing: Signature?
    package var status: Status
    /// What else must be seen first: "应急第二报告", a critical result, a study read beyond its rules.
    package var remarks: [PrintedLabel]
    package var pictures: [PrintedPicture]
    package var addenda: [Addendum]
    /// When these bytes were made, in practice the release.
    package var created: Timestamp
    package var timeZone: TimeZone

    package init(
        institution: String, reportNumber: String, patient: Patient, examination: Examination, findings: String,
        impression: String, reporting: Signature?, reviewing: Signature?, status: Status,
        remarks: [PrintedLabel] = [], pictures: [PrintedPicture] = [], addenda: [Addendum] = [],
        created: Timestamp, timeZone: TimeZone = .current
    ) {
        self.institution = institution
        self.reportNumber = reportNumber
        self.patient = patient
        self.examination = examination
        self.findings = findings
        self.impression = impression
        self.reporting = reporting
        self.reviewing = reviewing
        self.status = status
        self.remarks = remarks
        self.pictures = pictures
        self.addenda = addenda
        self.created = created
        self.timeZone = timeZone
    }

    /// PDF/A-1b; the same values give the same bytes.
    package func pdf() throws -> Data { try printed.pdf() }
}
