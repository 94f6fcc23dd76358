// Everything a release needs, read in one snapshot; and the instances made of it.

import Archive
import DICOM
import Database
import Foundation
import Reading
import Relay
import Vocabulary

struct ReportMaterial: Sendable {
    let task: ReadingTask
    let report: Report
    let study: StudyRecord
    let order: Order?
    let acquired: [InstanceRecord]
    let superseded: InstanceRecord?
    /// How the acquired text is written, where an operator knows.
    let truth: CharacterEncoding?
    /// Before this release.
    let instanceCount: Int

    /// `nil` when the task has no final report or its study is not here.
    init?(_ task: ReadingTask, _ flow: FlowContext, in database: some DatabaseReading) throws {
        guard let report = try flow.tasks.report(of: task.id, in: database), report.state == .final,
            let study = try flow.catalogue.study(task.study, in: database)
        else { return nil }
        self.task = task
        self.report = report
        self.study = study
        order = try flow.orders.order(of: task.study, in: database)
        let instances = try flow.catalogue.instances(of: task.study, in: database)
        acquired = instances.filter { !$0.isNetworkMade }
        superseded = try report.supersededSR.flatMap { try flow.catalogue.instance($0, in: database) }
        instanceCount = instances.count
        truth = try flow.charsets.charset(of: task.study, in: database)?.encoding
    }

    var finalAt: Timestamp { report.finalAt ?? task.changedAt }
    var author: String { report.author?.displayName ?? "" }
    var reviewer: String { report.reviewer?.displayName ?? "" }

    // MARK: Instances

    /// SR first, then PDF, each a flushed file in the landing zone.
    ///
    /// - Throws: `TypesettingError`, `DICOMError`, `ArchiveError`.
    func instances(institution: String, store: any InstanceStore) throws -> [Arrival] {
        guard let first = acquired.first(where: \.isHere) else {
            throw IntakeError(
                code: .unreadable, comment: "no acquired instance",
                message: "no image of the study is here; if it was evicted, fetch it back")
        }
        let subject = ReportSubject(try InstanceHeader.read(file: store.url(of: first.path).path, truth: truth))
        let sr = BasicTextSR(
            subject: subject, identity: identity("sr", number: 9001, institution),
            findings: report.text.findings, impression: report.text.impression, author: author,
            verifier: .init(name: reviewer, organization: institution, at: finalAt),
            evidence: acquired.map(BasicTextSR.Reference.init(record:)),
            predecessor: superseded.map(BasicTextSR.Reference.init(record:)))
        let pdf = EncapsulatedPDFObject(
            subject: subject, identity: identity("pdf", number: 9002, institution), title: "Radiology Report",
            pdf: try document(subject, institution).pdf(), source: uid("sr"))
        return try [sr.dataSet(), pdf.dataSet()].map { try land($0, in: store) }
    }

    private func land(_ dataSet: DataSetBuilder, in store: any InstanceStore) throws -> Arrival {
        let landing = try store.landing()
        try dataSet.part10().write(to: URL(fileURLWithPath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let bytes = try Data(contentsOf: URL(fileURLWithPath: landing.path)).dropFirst(Int(offset))
        return Arrival(
            landing: landing, digest: Digest(of: bytes), size: Int64(bytes.count),
            source: InstanceSource(kind: .made, name: "report release"), isNetworkMade: true)
    }

    private func identity(_ kind: String, number: Int, _ institution: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: uid(kind), series: uid("\(kind) series"), seriesNumber: number, institution: institution,
            created: finalAt)
    }

    /// The same for the same task and version, so that a release repeated after a crash makes the same instances.
    private func uid<UID: UniqueIdentifier>(_ kind: String) -> UID {
        let digest = Digest(of: "\(task.id) \(report.version) \(kind)".utf8).hexadecimal
        let number = UInt128(digest.prefix(32), radix: 16) ?? 1
        return UID(unchecked: "2.25.\(number)")
    }

    // MARK: News

    func announcement(readAt node: LocalNode, records: [InstanceRecord]) -> ReportAvailable {
        ReportAvailable(
            task: task.id, study: task.study, origin: task.origin, readAt: node.name,
            instances: records.map(\.manifestItem),
            report: ReleasedReport(
                version: report.version, text: report.text, author: author, reviewer: reviewer,
                preliminaryAt: report.preliminaryAt, finalAt: finalAt, srInstance: uid("sr"), pdfInstance: uid("pdf"),
                supersedes: report.supersededSR, institution: node.institution, imageCount: report.imageCount))
    }
}

extension BasicTextSR.Reference {
    init(record: InstanceRecord) {
        self.init(series: record.seriesInstanceUID, sopClass: record.sopClass, sopInstance: record.sopInstanceUID)
    }
}
