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
    /// The study's patient is another than the bytes say.
    let isCorrected: Bool
    let superseded: InstanceRecord?
    /// How the acquired text is written, where an operator knows.
    let truth: CharacterEncoding?
    let addenda: [Addendum]
    let fields: [ReportField]
    let keyImages: [KeyImage]
    /// The presentation states that show what was measured, by frame.
    var presentations: [PresentationState.Shown: BasicTextSR.Reference] = [:]
    /// As the reader saw them, where that was kept.
    let keyPictures: [KeyPicture]
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
        let shown = try flow.catalogue.shownInstances(of: task.study, in: database).filter { !$0.isNetworkMade }
        // Signed before it was heard that the study was merged away: the report is about its own images all the same.
        acquired =
            try shown.isEmpty
            ? flow.catalogue.instances(of: task.study, in: database).filter { !$0.isNetworkMade && $0.withheld == nil }
            : shown
        isCorrected = try flow.patientCorrections.original(of: task.study, in: database) != nil
        superseded = try report.supersededSR.flatMap { try flow.catalogue.instance($0, in: database) }
        addenda = try flow.tasks.addenda(of: task.id, in: database)
        fields = try flow.tasks.fields(of: task.id, in: database)
        keyImages = try flow.tasks.keyImages(of: task.id, in: database)
        keyPictures = try flow.tasks.keyPictures(of: task.id, in: database)
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
        var subject = ReportSubject(try InstanceHeader.read(file: store.url(of: first.path).path, truth: truth))
        subject.study = study.studyInstanceUID
        if isCorrected || first.studyInstanceUID != study.studyInstanceUID { subject.correct(study) }
        let sr = structuredReport(subject, institution)
        let pdf = EncapsulatedPDFObject(
            subject: subject, identity: identity("pdf", number: 9002, institution), title: "Radiology Report",
            pdf: try document(subject, institution, store).pdf(), source: uid("sr"))
        let made = MadeInstance(store: store, seal: seal)
        var arrivals = [
            try made.land(sr.dataSet(), isStructuredReport: true, for: "report release"),
            try made.land(pdf.dataSet(), isStructuredReport: false, for: "report release"),
        ]
        if let keyObject = keyObject(subject, institution) {
            arrivals.append(try made.land(keyObject.dataSet(), isStructuredReport: true, for: "report release"))
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

    private func keyObject(_ subject: ReportSubject, _ institution: String) -> KeyObjectSelection? {
        let items = marked.map { image, record in
            KeyObjectSelection.Item(
                .init(record: record), frame: (record.numberOfFrames ?? 1) > 1 ? image.frame : nil,
                presentation: presentations[.init(instance: image.instance, frame: image.frame)])
        }
        guard !items.isEmpty else { return nil }
        return KeyObjectSelection(
            subject: subject, identity: identity("ko", number: 9003, institution), title: .ofInterest,
            seriesDescription: "Key Images", observer: author,
            text: keyImages.map(\.note).filter { !$0.isEmpty }.joined(separator: "\n"), items: items)
    }

    /// Key images whose object is still known here.
    var marked: [(image: KeyImage, record: InstanceRecord)] {
        let known = Dictionary(acquired.map { ($0.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first })
        return keyImages.compactMap { image in known[image.instance].map { (image, $0) } }
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
        MadeInstance.uid(of: "\(task.id) \(report.version) \(kind)")
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
        self.init(
            study: record.studyInstanceUID, series: record.seriesInstanceUID, sopClass: record.sopClass,
            sopInstance: record.sopInstanceUID)
    }
}

extension ReportSubject {
    /// As the catalogue knows the patient now, whatever the bytes say.
    mutating func correct(_ record: StudyRecord) {
        patientID = record.patientID
        patientName = record.patient.name
        patientBirthDate = record.patient.birthDate
        patientSex = record.patient.sex
        patientAge = nil
    }

    /// Where no file of the study is at hand.
    init(_ record: StudyRecord) {
        self.init(study: record.studyInstanceUID)
        correct(record)
        (studyDate, studyTime, studyID) = (record.studyDate, record.studyTime, record.studyID)
        studyDescription = record.studyDescription
        accessionNumber = record.accessionNumber
        referringPhysicianName = record.referringPhysician
    }
}
