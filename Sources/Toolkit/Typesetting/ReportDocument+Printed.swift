// How a report is laid out on paper.

import Foundation
import Vocabulary

extension ReportDocument {
    package var printed: PrintedDocument {
        PrintedDocument(
            information: PrintedInformation(
                title: "影像诊断报告 \(reportNumber)", author: institution, created: created),
            title: PrintedTitle(
                institution: institution, heading: PrintedLabel("影像诊断报告单", "Diagnostic Imaging Report")),
            banners: banners,
            watermark: watermark,
            runningHeader: "\(or(patient.name))　\(or(patient.sex))　\(or(patient.age))　"
                + "患者编号 \(or(patient.identifier))　检查号 \(or(examination.accessionNumber))",
            blocks: blocks,
            notice: "报告编号 \(reportNumber)。本报告仅供临床医师参考，经审核医师签发后生效。\n"
                + "For the referring physician's use; valid once verified by the reviewing physician.")
    }

    private var blocks: [PrintedBlock] {
        [
            .table([
                PrintedField(PrintedLabel("姓名", "Name"), or(patient.name)),
                PrintedField(PrintedLabel("患者编号", "Patient ID"), or(patient.identifier)),
                PrintedField(PrintedLabel("性别", "Sex"), or(patient.sex)),
                PrintedField(PrintedLabel("年龄", "Age"), or(patient.age)),
                PrintedField(PrintedLabel("送检医院", "Hospital"), or(examination.hospital)),
                PrintedField(PrintedLabel("检查号", "Accession No."), or(examination.accessionNumber)),
                PrintedField(PrintedLabel("检查日期", "Study date"), or(examination.studyDate)),
                PrintedField(PrintedLabel("检查类型", "Modality"), or(examination.modality)),
                PrintedField(PrintedLabel("检查部位", "Body part"), or(examination.bodyPart), isWide: true),
                PrintedField(
                    PrintedLabel("临床问题", "Question"), or(examination.clinicalQuestion), isWide: true),
            ]),
            .heading(PrintedLabel("影像所见", "Findings")),
            .paragraph(or(findings)),
        ] + pictures.map(PrintedBlock.picture) + [
            .heading(PrintedLabel("诊断意见", "Impression")),
            .paragraph(or(impression)),
            .signatures([
                printed(reporting, PrintedLabel("报告医师", "Reporting physician")),
                printed(reviewing, PrintedLabel("审核医师", "Reviewing physician")),
            ]),
        ] + addenda.flatMap(blocks(of:))
    }

    private func blocks(of addendum: Addendum) -> [PrintedBlock] {
        [
            .heading(PrintedLabel("补充报告", "Addendum")),
            .paragraph(or(addendum.text)),
            .signatures([printed(addendum.signature, PrintedLabel("补充医师", "Signed by"))]),
        ]
    }

    private var banners: [PrintedLabel] {
        let status: [PrintedLabel] =
            switch self.status {
            case .preliminary: [PrintedLabel("初步报告：尚未审核", "Preliminary report, not yet verified")]
            case .final: []
            case .corrected(let replaces): [PrintedLabel("更正报告：替代 \(replaces)", "Corrected report")]
            case .superseded(let by): [PrintedLabel("作废：已由 \(by) 替代", "Superseded report, do not use")]
            }
        return status + remarks
    }

    private var watermark: String? {
        switch status {
        case .preliminary: "未审核"
        case .superseded: "作废"
        case .final, .corrected: nil
        }
    }

    private func printed(_ signature: Signature?, _ role: PrintedLabel) -> PrintedSignature {
        guard let signature else { return PrintedSignature(role: role, name: "", time: "") }
        return PrintedSignature(role: role, name: signature.name, time: minute(signature.time))
    }

    /// "2026-11-21 10:30" where the report is read.
    private func minute(_ time: Timestamp) -> String {
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: timeZone)
            .year().month().day().time(includingFractionalSeconds: false)
        return String(time.date.formatted(style).prefix(16))
    }

    private func or(_ text: String) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? "—" : trimmed
    }
}
