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
        return .corrected(replaces: "\(CivilTime.minute(of: superseded.receivedAt)) 的报告")
    }

    /// The key images that the reader put into the report, as they were seen; where these are few, the first of the others
    /// too. Each has the number that the text calls it by. One that can't be drawn now is no reason to keep a report back:
    /// the key object names it.
    private func pictures(_ store: any InstanceStore) -> [PrintedPicture] {
        let pictures = keyPictures.filter { PrintedPicture(png: $0.png).isReadable }
        var room = Self.mostPictures - marked.count { image, _ in picture(of: image, among: pictures) != nil }
        return marked.compactMap { image, record in
            let kept = picture(of: image, among: pictures)
            if kept == nil {
                guard room > 0, record.isHere else { return nil }
                room -= 1
            }
            let number = (keyImages.firstIndex(of: image) ?? 0) + 1
            do {
                let png =
                    try kept?.png
                    ?? FrameReader(file: store.url(of: record.path).path).rendered(
                        frame: image.frame - 1, maximumWidth: 640, maximumHeight: 640)
                let note = image.note.isEmpty ? "" : "：\(image.note)"
                return PrintedPicture(
                    png: png, caption: "关键图像 \(number)\(note)", width: kept == nil ? 0.45 : 0.6)
            } catch {
                return nil
            }
        }
    }

    private func picture(of image: KeyImage, among pictures: [KeyPicture]) -> KeyPicture? {
        pictures.first { $0.instance == image.instance && $0.frame == image.frame }
    }

    private static let mostPictures = 4

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
