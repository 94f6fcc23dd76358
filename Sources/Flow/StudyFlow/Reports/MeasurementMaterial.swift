// A task's measurements as a structured report and presentation states.

import Archive
import DICOM
import Database
import Foundation
import Reading
import Vocabulary

struct MeasurementMaterial: Sendable {
    let task: ReadingTask
    let set: MeasurementSet
    /// The images measured on, as far as the study shows them: also those whose files are elsewhere now.
    let images: [SOPInstanceUID: InstanceRecord]
    let observer: String
    let truth: CharacterEncoding?
    let study: StudyRecord
    /// Patient or study were corrected or merged: what the image's file says of them is not what is true.
    let isCorrected: Bool
    /// The measurements that an earlier release of the report brought.
    let predecessor: InstanceRecord?

    /// `nil` where nothing was measured, or none of the images is shown any more.
    init?(_ task: ReadingTask, _ flow: FlowContext, in database: some DatabaseReading) throws {
        set = try flow.tasks.measurements(of: task.id, in: database)
        guard !set.measurements.isEmpty, let study = try flow.catalogue.study(task.study, in: database) else {
            return nil
        }
        self.study = study
        isCorrected = try flow.patientCorrections.original(of: task.study, in: database) != nil
        let used = Set(set.measurements.map(\.instance))
        let all = try flow.catalogue.shownInstances(of: task.study, in: database)
        images = Dictionary(
            all.filter { used.contains($0.sopInstanceUID) && !$0.isNetworkMade }.map { ($0.sopInstanceUID, $0) },
            uniquingKeysWith: { first, _ in first })
        guard !images.isEmpty else { return nil }
        self.task = task
        let report = try flow.tasks.report(of: task.id, in: database)
        observer =
            set.measurements.last?.userName ?? report?.author?.displayName ?? task.claimedBy?.displayName ?? ""
        truth = try flow.charsets.charset(of: task.study, in: database)?.encoding
        let own: SOPInstanceUID = MadeInstance.uid(of: Self.words(task, set, "sr"))
        predecessor = all.filter {
            $0.isNetworkMade && $0.sopClass == .comprehensiveSR && $0.sopInstanceUID != own
        }.max { $0.receivedAt < $1.receivedAt }
    }

    private static func words(_ task: ReadingTask, _ set: MeasurementSet, _ kind: String) -> String {
        "\(task.id) measurements \(set.revision) \(kind)"
    }

    private func uid<UID: UniqueIdentifier>(_ kind: String) -> UID {
        MadeInstance.uid(of: Self.words(task, set, kind))
    }

    // MARK: Stored already

    /// What an earlier try stored. The report is stored last: where it is, the states are.
    func stored(in database: some DatabaseReading, _ flow: FlowContext) throws -> [InstanceRecord]? {
        guard let report = try flow.catalogue.instance(uid("sr"), in: database) else { return nil }
        let states = try flow.catalogue.instances(of: task.study, series: uid("pr series"), in: database)
        return states + [report]
    }

    /// Which of the stored states shows which frame.
    static func presentations(
        among records: [InstanceRecord], _ store: any InstanceStore
    ) throws -> [PresentationState.Shown: BasicTextSR.Reference] {
        var found: [PresentationState.Shown: BasicTextSR.Reference] = [:]
        for record in records where record.sopClass == .grayscalePresentationState && record.isHere {
            for shown in try PresentationState.shown(in: DICOMFile(store.url(of: record.path).path).dataSet()) {
                found[shown] = BasicTextSR.Reference(record: record)
            }
        }
        return found
    }

    // MARK: Making them

    /// Presentation states first, the report last; each a flushed file in the landing zone.
    ///
    /// - Throws: `DICOMError`, `ArchiveError`.
    func instances(institution: String, store: any InstanceStore, seal: SigningKeyFiles?) throws -> [Arrival] {
        let subject = try subject(store)
        let made = MadeInstance(store: store, seal: seal)
        let states = presentationStates(subject, institution, store)
        let report = MeasurementReport(
            subject: subject, identity: identity("sr", series: "sr series", number: 9004, institution),
            observer: observer, measurements: set.measurements,
            images: images.mapValues {
                .init(reference: .init(record: $0), hasFrames: ($0.numberOfFrames ?? 1) > 1)
            }, predecessor: predecessor.map(BasicTextSR.Reference.init(record:)))
        return try states.map {
            try made.land($0.dataSet(), isStructuredReport: false, for: "measurements")
        } + [try made.land(report.dataSet(), isStructuredReport: true, for: "measurements")]
    }

    /// As the first of the images says; as the catalogue does where all their files are elsewhere now.
    private func subject(_ store: any InstanceStore) throws -> ReportSubject {
        let here = images.values.filter(\.isHere)
        guard let first = here.min(by: { $0.sopInstanceUID < $1.sopInstanceUID }) else { return ReportSubject(study) }
        var subject = ReportSubject(try InstanceHeader.read(file: store.url(of: first.path).path, truth: truth))
        subject.study = study.studyInstanceUID
        if isCorrected || first.studyInstanceUID != study.studyInstanceUID { subject.correct(study) }
        return subject
    }

    private func identity(
        _ kind: String, series: String, number: Int, _ institution: String
    ) -> ReportObjectIdentity {
        ReportObjectIdentity(
            sopInstance: uid(kind), series: uid(series), seriesNumber: number, institution: institution,
            created: set.changedAt ?? task.changedAt)
    }

    /// One for each series and way of showing it. Colours have no grayscale state; their measurements are in the report. So
    /// are those on an image that can't be read now: that is no reason to keep a report back.
    private func presentationStates(
        _ subject: ReportSubject, _ institution: String, _ store: any InstanceStore
    ) -> [PresentationState] {
        var groups: [(key: StateKey, images: [PresentationState.Image])] = []
        for (place, measurements) in byFrame {
            guard let record = images[place.instance],
                let image = PresentationImage(record, place.frame, measurements, store)
            else { continue }
            let key = StateKey(series: record.seriesInstanceUID, values: image.values)
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].images.append(image.image)
            } else {
                groups.append((key, [image.image]))
            }
        }
        return groups.enumerated().map { index, group in
            PresentationState(
                subject: subject,
                identity: identity("pr \(index)", series: "pr series", number: 9005, institution),
                creator: observer, values: group.key.values, images: group.images)
        }
    }

    private struct StateKey: Hashable {
        var series: SeriesInstanceUID
        var values: PresentationState.Values
    }

    private struct Place: Hashable, Comparable {
        var instance: SOPInstanceUID
        var frame: Int
        static func < (one: Self, other: Self) -> Bool {
            one.instance == other.instance ? one.frame < other.frame : one.instance < other.instance
        }
    }

    /// In a steady order: the states' UIDs count on it.
    private var byFrame: [(Place, [ImageMeasurement])] {
        Dictionary(grouping: set.measurements) { Place(instance: $0.instance, frame: $0.frame) }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
