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
    let addenda: [Addendum]
    let fields: [ReportField]
    let keyImages: [KeyImage]
    /// Why the report before this one was taken back.
    let correction: Correction?

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
        addenda = try flow.tasks.addenda(of: task.id, in: database)
        fields = try flow.tasks.fields(of: task.id, in: database)
        keyImages = try flow.tasks.keyImages(of: task.id, in: database)
        correction = try flow.tasks.corrections(of: task.id, in: database).last
        truth = try flow.charsets.charset(of: task.study, in: database)?.encoding
    }

    var finalAt: Timestamp { report.finalAt ?? task.changedAt }
    var author: String { report.author?.displayName ?? "" }
    var reviewer: String { report.reviewer?.displayName ?? "" }

    // MARK: Instances

    /// SR first, then PDF, then the key images where there are any; each a flushed file in the landing zone.
    ///
    /// - Throws: `TypesettingError`, `DICOMError`, `ArchiveError`.
    func instances(institution: String, store: any InstanceStore, seal: SigningKeyFiles?) throws -> [Arrival] {
        guard let first = acquired.first(where: \.isHere) else {
            throw IntakeError(
                code: .unreadable, comment: "no acquired instance",
                message: "no image of the study is here; if it was evicted, fetch it back")
        }
        let subject = ReportSubject(try InstanceHeader.read(file: store.url(of: first.path).path, truth: truth))
        let sr = structuredReport(subject, institution)
        let pdf = EncapsulatedPDFObject(
            subject: subject, identity: identity("pdf", number: 9002, institution), title: "Radiology Report",
            pdf: try document(subject, institution, store).pdf(), source: uid("sr"))
        var arrivals = [
            try land(sr.dataSet(), in: store, seal, isStructuredReport: true),
            try land(pdf.dataSet(), in: store, seal, isStructuredReport: false),
        ]
        if let keyObject = keyObject(subject, institution) {
            arrivals.append(try land(keyObject.dataSet(), in: store, seal, isStructuredReport: true))
        }
        return arrivals
    }

    private func structuredReport(_ subject: ReportSubject, _ institution: String) -> BasicTextSR {
        var sr = BasicTextSR(
            subject: subject, identity: identity("sr", number: 9001, institution),
            findings: report.text.findings, impression: report.text.impression, author: author,
            verifier: .init(
                name: reviewer, organization: institution, at: finalAt, account: report.reviewer?.user ?? ""),
            evidence: acquired.map(BasicTextSR.Reference.init(record:)),
            predecessor: superseded.map(BasicTextSR.Reference.init(record:)))
        sr.addenda = addenda.map { "\($0.text)\n\($0.signer.displayName)" }
        sr.laterVerifiers = addenda.map {
            .init(
                name: $0.signer.displayName, organization: institution, at: $0.signedAt, account: $0.signer.user)
        }
        sr.measurements = fields.compactMap { field in
            field.number.map { SRMeasurement(name: field.name, value: $0, unit: field.unit ?? "1") }
        }
        return sr
    }

    private func keyObject(_ subject: ReportSubject, _ institution: String) -> KeyImagesObject? {
        let images = marked.map { image, record in
            KeyImagesObject.Image(
                reference: .init(record: record), frame: (record.numberOfFrames ?? 1) > 1 ? image.frame : nil)
        }
        guard !images.isEmpty else { return nil }
        return KeyImagesObject(
            subject: subject, identity: identity("ko", number: 9003, institution), observer: author,
            description: keyImages.map(\.note).filter { !$0.isEmpty }.joined(separator: "\n"), images: images)
    }

    /// Key images whose object is still known here.
    var marked: [(image: KeyImage, record: InstanceRecord)] {
        let known = Dictionary(acquired.map { ($0.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first })
        return keyImages.compactMap { image in known[image.instance].map { (image, $0) } }
    }

    private func land(
        _ dataSet: DataSetBuilder, in store: any InstanceStore, _ seal: SigningKeyFiles?, isStructuredReport: Bool
    ) throws -> Arrival {
        let landing = try store.landing()
        let file =
            try seal.map { try dataSet.signedPart10(with: $0, isStructuredReport: isStructuredReport) }
            ?? dataSet.part10()
        try file.write(to: URL(fileURLWithPath: landing.path))
        let offset = try FileMetaInformation.read(fromFile: landing.path).dataSetOffset
        let bytes = file.dropFirst(Int(offset))
        return Arrival(
            landing: landing, digest: Digest(of: bytes), size: Int64(bytes.count),
            source: InstanceSource(kind: .made, name: "report release"), isNetworkMade: true)
    }

    /// What an earlier try stored already: signed again it would have other bytes under the same UIDs.
    func stored(in database: some DatabaseReading, _ flow: FlowContext) throws -> [InstanceRecord]? {
        let wanted: [SOPInstanceUID] = [uid("sr"), uid("pdf")] + (marked.isEmpty ? [] : [uid("ko")])
        let found = try wanted.compactMap { try flow.catalogue.instance($0, in: database) }
        return found.count == wanted.count ? found : nil
    }

    /// The report as it stood when the last addendum was signed, or when it became final.
    private var releasedAt: Timestamp { addenda.last?.signedAt ?? finalAt }

    private func identity(_ kind: String, number: Int, _ institution: String) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: uid(kind), series: uid("\(kind) series"), seriesNumber: number, institution: institution,
            created: releasedAt)
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
                supersedes: report.supersededSR, institution: node.institution, imageCount: report.imageCount,
                addenda: addenda.isEmpty ? nil : addenda, fields: fields.isEmpty ? nil : fields,
                keyImages: marked.isEmpty ? nil : marked.map(\.image), correctionReason: correction?.reason))
    }
}

extension BasicTextSR.Reference {
    init(record: InstanceRecord) {
        self.init(series: record.seriesInstanceUID, sopClass: record.sopClass, sopInstance: record.sopInstanceUID)
    }
}
