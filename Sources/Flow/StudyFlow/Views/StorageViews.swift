// How the files are doing, for the pages, `jieli status` and the metrics.

import Archive
import Database
import Vocabulary

/// A file that is damaged or missing, and what is done about it.
package struct FileTrouble: Hashable, Sendable {
    package var absence: Absence
    package var request: FileRequest?
}

package struct StorageOverview: Hashable, Sendable {
    package var forecast: SpaceForecast
    /// Of all that is away.
    package var files: StudyFiles
    /// The longest known first, at most a hundred.
    package var troubles: [FileTrouble]
    package var rehash: RehashRound?
}

/// One study's files.
package struct StudyHolding: Hashable, Sendable {
    package var files: StudyFiles
    /// Files on their way back.
    package var returning: Int
    /// Why they are not back yet.
    package var lastError: String?
    /// Nodes that have proven to hold the study whole.
    package var heldAt: [NodeName]
    /// This node keeps the study for a node below that reads it.
    package var isCustodyCopy: Bool
    /// The parent that keeps a copy of a study read here, or will.
    package var custodyCopyAt: NodeName?
}

package struct StorageViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    func overview(_ space: FreeSpace, in database: some DatabaseReading) throws -> StorageOverview {
        StorageOverview(
            forecast: try SpaceBook().forecast(
                space, reserve: flow.node.storage.reserve, at: flow.clock.now(), in: database),
            files: try flow.absences.files(in: database),
            troubles: try flow.absences.list(FileState.faults, in: database).map {
                FileTrouble(
                    absence: $0, request: try flow.fileRequests.request(for: $0.instance.sopInstanceUID, in: database))
            }, rehash: try RehashBook().round(in: database))
    }

    package func forecast() async throws -> SpaceForecast {
        let (space, now) = (try flow.store.freeSpace(), flow.clock.now())
        return try await flow.database.read {
            try SpaceBook().forecast(space, reserve: flow.node.storage.reserve, at: now, in: $0)
        }
    }

    package func holding(of study: StudyInstanceUID) async throws -> StudyHolding {
        try await flow.database.read { try holding(of: study, in: $0) }
    }

    func holding(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyHolding {
        let requests = try flow.fileRequests.requests(of: study, in: database)
        let expected = try flow.catalogue.study(study, in: database)?.acquiredCount ?? 0
        let copyAt = try flow.node.parents.first { try flow.custody.sent(study, to: $0, in: database) != nil }
        return StudyHolding(
            files: try flow.absences.files(of: study, in: database), returning: requests.count,
            lastError: requests.compactMap(\.lastError).first,
            heldAt: try flow.receipts.safeAt(study, in: database).filter {
                $0.instances >= expected && flow.node.nodesAbove.contains($0.node)
            }.map(\.node),
            isCustodyCopy: try flow.custody.isCopy(study, in: database)
                && flow.priorLoans.loans(of: study, in: database).isEmpty, custodyCopyAt: copyAt)
    }
}
