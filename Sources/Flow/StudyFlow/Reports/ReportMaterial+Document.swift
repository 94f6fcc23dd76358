// A report as it is printed: DICOM's values in the words of a Chinese report sheet.

import Archive
import DICOM
import Foundation
import Reading
import Typesetting
import Vocabulary

extension ReportMaterial {
    func document(
        _ subject: ReportSubject, _ institution: String, _ store: any InstanceStore
    ) -> ReportDocument {
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
            status: status, remarks: [], pictures: pictures(store),
            addenda: addenda.map { addendum in
                .init(
                    text: addendum.text,
                    signature: .init(name: addendum.signer.displayName, time: addendum.signedAt))
            }, created: addenda.last?.signedAt ?? finalAt, timeZone: CivilTime.timeZone)
    }

    private var status: ReportDocument.Status {
        guard addenda.isEmpty, let superseded else { return .final }
        return .corrected(replaces: "\(Self.minute(superseded.receivedAt)) 的报告")
    }

    /// The first few key images. One that can't be drawn now is no reason to keep a report back: the key object names it.
    private func pictures(_ store: any InstanceStore) -> [PrintedPicture] {
        let chosen = marked.filter(\.record.isHere).prefix(Self.mostPictures)
        return chosen.enumerated().compactMap { index, marked in
            do {
                let png = try FrameReader(file: store.url(of: marked.record.path).path).rendered(
                    frame: marked.image.frame - 1, maximumWidth: 640, maximumHeight: 640)
                let note = marked.image.note.isEmpty ? "" : "：\(marked.image.note)"
                return PrintedPicture(png: png, caption: "关键图像 \(index + 1)\(note)", width: 0.45)
            } catch {
                return nil
            }
        }
    }

    private static let mostPictures = 4

    private static func minute(_ time: Timestamp) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: CivilTime.timeZone)
            .year().month().day().time(includingFractionalSeconds: false)
        return String(time.date.formatted(style).prefix(16))
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
