// What a reader does with measurements.

import Archive
import Audit
import DICOM
import Database
import Reading
import Vocabulary

/// Keeping them as they are drawn, and making instances of them that travel and that other viewers show.
package struct MeasurementDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Replaces the task's measurements.
    ///
    /// - Throws: `ReadingError.notOfStudy` where one is on no image of the study; see `TaskBook.setMeasurements`.
    package func set(
        _ measurements: [ImageMeasurement], over revision: Int, of id: TaskID, by person: Person
    ) async throws -> MeasurementSet {
        try await flow.database.write { transaction in
            guard let task = try flow.tasks.task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
            let used = Set(measurements.map(\.instance))
            let images = try Dictionary(
                used.compactMap { try image($0, in: task.study, transaction) }.map { ($0.sopInstanceUID, $0) },
                uniquingKeysWith: { first, _ in first })
            let placed = try measurements.map { try place($0, in: task.study, among: images) }
            return try flow.tasks.setMeasurements(
                placed, over: revision, of: id, by: person, at: flow.clock.now(), in: transaction)
        }
    }

    private func place(
        _ measurement: ImageMeasurement, in study: StudyInstanceUID, among images: [SOPInstanceUID: InstanceRecord]
    ) throws -> ImageMeasurement {
        guard let known = images[measurement.instance],
            (1...max(1, known.numberOfFrames ?? 1)).contains(measurement.frame)
        else {
            throw ReadingError(
                code: .notOfStudy,
                message: "\(measurement.instance) frame \(measurement.frame) is no image of study \(study)")
        }
        var placed = measurement
        placed.series = known.seriesInstanceUID
        return placed
    }

    /// A study shows its own images and those that were merged into it. `nil` for any other object.
    private func image(
        _ uid: SOPInstanceUID, in study: StudyInstanceUID, _ transaction: Transaction
    ) throws -> InstanceRecord? {
        guard let known = try flow.catalogue.instance(uid, in: transaction), known.isImage, !known.isNetworkMade,
            try known.studyInstanceUID == study || flow.catalogue.shownStudy(of: known, in: transaction) == study
        else { return nil }
        return known
    }

    package func keep(_ picture: KeyPicture, of id: TaskID, by person: Person) async throws {
        try await flow.database.write { transaction in
            let marked = try flow.tasks.keyImages(of: id, in: transaction)
            guard marked.contains(where: { $0.instance == picture.instance && $0.frame == picture.frame }) else {
                throw ReadingError(
                    code: .notOfStudy, message: "\(picture.instance) frame \(picture.frame) is no key image of \(id)")
            }
            try flow.tasks.keep(picture, of: id, by: person, at: flow.clock.now(), in: transaction)
        }
    }

    /// Makes instances of the measurements now, by who reads the task. The same measurements make them once.
    package func store(_ id: TaskID, by person: Person) async throws -> [InstanceRecord] {
        let task = try await flow.database.read { snapshot in
            guard let task = try flow.tasks.task(id, in: snapshot) else { throw ReadingError.unknownTask(id) }
            try flow.tasks.checkMayMeasure(task, person)
            return task
        }
        return try await MeasurementStorage(flow).store(task, by: .user(person.user))
    }
}

/// Makes the instances; at a release too, so that they go home with the report.
struct MeasurementStorage: Sendable {
    let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: presentation states and, last, the report; none where nothing was measured.
    func store(_ task: ReadingTask, by actor: AuditActor) async throws -> [InstanceRecord] {
        let (material, known) = try await flow.database.read { snapshot in
            let material = try MeasurementMaterial(task, flow, in: snapshot)
            return (material, try material?.stored(in: snapshot, flow))
        }
        guard let material else { return [] }
        if let known { return known }
        let intake = InstanceIntake(flow)
        let records = try material.instances(
            institution: flow.node.institution, store: flow.store, seal: flow.seal?.key
        ).map { try intake.accept($0, manner: .passing).instance }
        try await flow.database.write { transaction in
            try flow.audit.record(
                AuditEvent(
                    .measurementsStored, by: actor, at: flow.clock.now(), study: task.study,
                    object: task.id.rawValue), in: transaction)
        }
        flow.signals.publish(FlowChange(.report, task.study))
        return records
    }
}
