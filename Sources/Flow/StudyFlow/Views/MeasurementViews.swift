// The measurements that a page shows of a study.

import Archive
import DICOM
import Database
import Reading
import Vocabulary

package struct StudyMeasurements: Hashable, Sendable {
    package enum Source: String, Hashable, Codable, Sendable, CaseIterable {
        /// Kept with the task that is or was read here.
        case task
        /// Read from the structured reports of the study.
        case report
    }

    package var source: Source
    package var task: TaskID?
    package var revision: Int
    package var measurements: [ImageMeasurement]
    /// The structured report that holds just these, where there is one.
    package var storedAs: SOPInstanceUID?
}

extension StudyViews {
    /// Those of the task where it is read here, else those that came with the study: the newest that the network made,
    /// and what others' structured reports say.
    package func measurements(of study: StudyInstanceUID) async throws -> StudyMeasurements {
        if let kept = try await flow.database.read({ try self.kept(study, in: $0) }) { return kept }
        let reports = try await flow.database.read { try self.reports(of: study, in: $0) }
        var found: [ImageMeasurement] = []
        for report in reports {
            let dataSet = try DICOMFile(flow.store.url(of: report.path).path).dataSet()
            found += try MeasurementReport.read(dataSet, most: TaskBook.mostMeasurements - found.count)
        }
        return StudyMeasurements(
            source: .report, task: nil, revision: 0, measurements: found,
            storedAs: reports.first { $0.isNetworkMade }?.sopInstanceUID)
    }

    private func kept(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyMeasurements? {
        guard let task = try flow.tasks.currentTask(of: study, in: database) else { return nil }
        let set = try flow.tasks.measurements(of: task.id, in: database)
        guard set.revision > 0 else { return nil }
        let stored = try MeasurementMaterial(task, flow, in: database)?.stored(in: database, flow)
        return StudyMeasurements(
            source: .task, task: task.id, revision: set.revision, measurements: set.measurements,
            storedAs: stored?.last?.sopInstanceUID)
    }

    /// Of the network's own only the newest: each repeats what the one before said.
    private func reports(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [InstanceRecord] {
        let classes: Set<SOPClass> = [.comprehensiveSR, .enhancedSR, .comprehensive3DSR]
        let all = try flow.catalogue.shownInstances(of: study, in: database).filter {
            classes.contains($0.sopClass) && $0.isHere
        }
        func written(_ record: InstanceRecord) -> String { (record.contentDate ?? "") + (record.contentTime ?? "") }
        let own = all.filter(\.isNetworkMade).max { one, other in
            let (first, second) = (written(one), written(other))
            return first == second ? one.receivedAt < other.receivedAt : first < second
        }
        return (own.map { [$0] } ?? []) + all.filter { !$0.isNetworkMade }.prefix(10)
    }
}
