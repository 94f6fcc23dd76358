// Grades and retakes as pages and programs are told of them.

import Archive
import Database
import ImageQuality
import Reading
import Vocabulary

package struct RetakeEntry: Hashable, Sendable {
    package var known: KnownRetake
    package var study: StudyRecord?
    /// Studies of the same person that came after the request: one of them may be the new images.
    package var candidates: [StudyRecord] = []

    package var retake: Retake { known.retake }
}

package struct QualityViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func marks(of study: StudyInstanceUID) async throws -> [QualityMark] {
        try await flow.database.read { try flow.quality.marks(of: study, in: $0) }
    }

    package func counts(from start: Timestamp, until end: Timestamp) async throws -> [QualityCount] {
        try await flow.database.read { try flow.quality.counts(from: start, until: end, in: $0) }
    }

    /// Those that wait for the hospital, the longest waiting first.
    package func openRetakes() async throws -> [RetakeEntry] {
        try await flow.database.read { snapshot in
            try flow.retakes.open(in: snapshot).map { try entry($0, in: snapshot) }
        }
    }

    package func retakes(limit: Int, offset: Int = 0) async throws -> [RetakeEntry] {
        try await flow.database.read { snapshot in
            try flow.retakes.list(limit: limit, offset: offset, in: snapshot).map { try entry($0, in: snapshot) }
        }
    }

    package func retakes(of study: StudyInstanceUID) async throws -> [RetakeEntry] {
        try await flow.database.read { snapshot in
            try flow.retakes.retakes(of: study, in: snapshot).map { try entry($0, in: snapshot) }
        }
    }

    package func entry(_ known: KnownRetake) async throws -> RetakeEntry {
        try await flow.database.read { try entry(known, in: $0) }
    }

    private func entry(_ known: KnownRetake, in database: some DatabaseReading) throws -> RetakeEntry {
        var entry = RetakeEntry(known: known, study: try flow.catalogue.study(known.retake.study, in: database))
        guard known.retake.isOpen, known.retake.origin == flow.node.name, let study = entry.study,
            let patient = study.patientID, !patient.isEmpty
        else { return entry }
        var query = StudyQuery()
        query.patientID = patient
        query.limit = 20
        entry.candidates = try flow.catalogue.studies(matching: query, in: database).filter {
            $0.issuer == study.issuer && $0.studyInstanceUID != study.studyInstanceUID
                && $0.firstReceivedAt >= known.heardAt
        }
        return entry
    }
}
