// A report as it is printed: DICOM's values in the words of a Chinese report sheet.

import Archive
import DICOM
import Foundation
import Reading
import Typesetting
import Vocabulary

extension ReportMaterial {
    func document(_ subject: ReportSubject, _ institution: String) -> ReportDocument {
        ReportDocument(
            institution: institution, reportNumber: String(task.id.rawValue.prefix(8)),
            patient: .init(
                name: DICOMText.name(subject.patientName, ideographicFirst: true) ?? "",
                sex: subject.patientSex.map { Self.sexes[$0] ?? $0 } ?? "", age: age(subject),
                identifier: subject.patientID ?? ""),
            examination: .init(
                hospital: study.institutionName ?? study.patient.identifier.issuer,
                accessionNumber: subject.accessionNumber ?? "", studyDate: DICOMText.date(subject.studyDate) ?? "",
                modality: study.modalities.filter { !["SR", "DOC"].contains($0) }.joined(separator: ", "),
                bodyPart: study.bodyParts.joined(separator: ", "), clinicalQuestion: task.clinicalQuestion ?? ""),
            findings: report.text.findings, impression: report.text.impression,
            reporting: .init(name: author, time: report.preliminaryAt ?? finalAt),
            reviewing: .init(name: reviewer, time: finalAt),
            status: superseded.map { .corrected(replaces: $0.receivedAt.description) } ?? .final, remarks: [],
            pictures: [], created: finalAt, timeZone: CivilTime.timeZone)
    }

    private static let sexes = ["M": "男", "F": "女", "O": "其他"]
    private static let ageUnits: [Character: String] = ["D": "天", "W": "周", "M": "个月", "Y": "岁"]

    /// Patient's Age (0010,1010) such as `054Y`, else reckoned from the date of birth.
    private func age(_ subject: ReportSubject) -> String {
        if let text = subject.patientAge?.trimmingCharacters(in: .whitespaces), let letter = text.last {
            guard let unit = Self.ageUnits[letter], let count = Int(text.dropLast()) else { return text }
            return "\(count) \(unit)"
        }
        guard let age = DICOMText.age(birth: study.patient.birthDate, on: study.studyDate) else { return "" }
        return "\(age.count) \(age.isMonths ? "个月" : "岁")"
    }
}
