// What a study's page shows of its corrections.

import Archive
import Database
import Reading
import Vocabulary

/// All that was decided about a study after it came.
package struct StudyCorrections: Hashable, Sendable {
    package var study: StudyRecord
    package var rejections: [RejectionEntry]
    /// Instances that nobody is shown, notes not counted.
    package var withheldCount: Int
    /// The patient as the bytes name them, where a correction stands.
    package var original: PatientRecord?
    /// Withdrawn or not.
    package var patient: PatientCorrection?
    /// The study is merged into its target; without one it was and is no longer.
    package var merge: StudyMove?
    package var moves: [StudyMove]
    /// Studies of which something is shown in this one.
    package var shownHere: [StudyInstanceUID]
    /// Those of them that have a signed report of their own.
    package var reportedHere: Set<StudyInstanceUID>
    /// Where its images are shown instead.
    package var shownIn: StudyInstanceUID?
    package var hold: LegalHold?
    /// Its images were acquired at this node.
    package var isOwn: Bool

    /// Anything to show.
    package var isEmpty: Bool {
        rejections.isEmpty && patient == nil && merge == nil && moves.isEmpty && shownHere.isEmpty && hold == nil
    }
}

package struct CorrectionViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// `nil` for a study that is not here.
    package func corrections(of study: StudyInstanceUID) async throws -> StudyCorrections? {
        try await flow.database.read { snapshot in
            guard let record = try flow.catalogue.study(study, in: snapshot) else { return nil }
            let shownHere = try Set(
                flow.catalogue.shownSeries(of: study, includingWithheld: true, in: snapshot).map(\.studyInstanceUID)
            ).subtracting([study]).sorted()
            let instances = record.shown == nil ? [] : try flow.catalogue.instances(of: study, in: snapshot)
            return StudyCorrections(
                study: record, rejections: try flow.rejections.entries(of: study, in: snapshot),
                withheldCount: instances.count { $0.withheld?.reason != nil },
                original: try flow.patientCorrections.original(of: study, in: snapshot),
                patient: try flow.patientCorrections.correction(of: study, in: snapshot),
                merge: try flow.studyMap.merge(of: study, in: snapshot),
                moves: try flow.studyMap.moves(of: study, in: snapshot).filter { $0.target != nil },
                shownHere: shownHere,
                reportedHere: try Set(
                    shownHere.filter { try flow.tasks.currentTask(of: $0, in: snapshot)?.shownState.isSigned == true }),
                shownIn: try StudyBar(flow).bar(of: study, in: snapshot)?.shownIn,
                hold: try flow.legalHolds.hold(of: study, in: snapshot),
                isOwn: try flow.catalogue.origin(of: study, in: snapshot)?.originNode == flow.node.name)
        }
    }

    /// Other studies of the same patient, for whoever merges or moves: the newest first.
    package func siblings(of study: StudyRecord, limit: Int = 20) async throws -> [StudyRecord] {
        var query = StudyQuery()
        query.issuer = study.issuer
        query.patientID = study.patient.identifier.patientID
        query.limit = limit + 1
        return try await flow.database.read { [query] snapshot in
            try flow.catalogue.studies(matching: query, in: snapshot)
                .filter { $0.studyInstanceUID != study.studyInstanceUID }
        }
    }

    /// What a reader must still look at before they sign.
    package func notices(of task: TaskID) async throws -> [ReaderNotice] {
        try await flow.database.read { try StudyBar(flow).notices(of: task, in: $0) }
    }
}
