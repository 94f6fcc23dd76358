// A reader's part of the worklist.

import Archive
import Database
import Reading
import Vocabulary

/// What somebody asks of the worklist.
package struct WorklistRequest: Hashable, Sendable {
    package var filter: WorklistFilter
    package var scope: WorklistScope
    /// The account that asks.
    package var reader: String
    /// (0008,0060)
    package var modality: String?
    /// Words that the patient's name, number or the study must show.
    package var text: String?
    package var limit: Int
    package var offset: Int

    package init(
        filter: WorklistFilter = WorklistFilter(), scope: WorklistScope = .all, reader: String, modality: String? = nil,
        text: String? = nil, limit: Int = 200, offset: Int = 0
    ) {
        self.filter = filter
        self.scope = scope
        self.reader = reader
        self.modality = modality
        self.text = text
        self.limit = limit
        self.offset = offset
    }
}

/// A page of the worklist, and how much there is on each list.
package struct WorklistPart: Sendable {
    package var entries: [WorklistEntry]
    /// On this list and with this modality.
    package var total: Int
    package var counts: [WorklistScope: Int]
    package var modalities: Set<String>
    /// Held by who asks.
    package var held: Int
    /// The end of an absence of who asks, `nil` within where it has none.
    package var away: AwayUntil?
    package var isOnDuty: Bool

    package struct AwayUntil: Hashable, Sendable {
        package var until: Timestamp?
    }
}

extension StudyViews {
    /// Tasks that are looked through at most: a list that is longer has another problem than its length.
    private static let most = 10_000
    /// Of those that are read already, the last ones.
    private static let mostRead = 1000

    /// Which tasks are on the list is decided on the tasks alone; studies are looked up for the page that is shown.
    package func worklist(_ request: WorklistRequest) async throws -> WorklistPart {
        try await flow.database.read { snapshot in
            let now = flow.clock.now()
            let staff = try flow.staff(at: now, in: snapshot)
            let sight = WorklistSight(request.reader, staff)
            var filter = request.filter
            (filter.limit, filter.offset) = (
                filter.states.isSubset(of: ReadingTaskState.read) ? Self.mostRead : Self.most, 0
            )
            if let text = request.text, !text.isEmpty {
                var search = StudyQuery()
                search.freeText = text
                search.limit = StudyQuery.largestPage
                let found = try flow.catalogue.studies(matching: search, in: snapshot).map(\.studyInstanceUID)
                filter.studies = filter.studies.map { $0.intersection(found) } ?? Set(found)
            }
            var part = WorklistPart(
                entries: [], total: 0, counts: [:], modalities: [], held: 0,
                away: staff.absences.first { $0.reader == request.reader && $0.holds(at: now) }
                    .map { WorklistPart.AwayUntil(until: $0.until) },
                isOnDuty: staff.duties.duty(of: request.reader) != nil)
            var chosen: [ReadingTask] = []
            for task in try flow.worklist.tasks(filter, in: snapshot) {
                let scope = sight.scope(of: task)
                part.counts[scope, default: 0] += 1
                if task.claimedBy?.user == request.reader { part.held += 1 }
                guard scope <= request.scope else { continue }
                let modalities = try modalities(of: task, in: snapshot)
                part.modalities.formUnion(modalities)
                guard request.modality.map(modalities.contains) ?? true else { continue }
                chosen.append(task)
            }
            // Each list holds the narrower ones.
            for (narrow, wide) in zip(WorklistScope.allCases, WorklistScope.allCases.dropFirst()) {
                part.counts[wide, default: 0] += part.counts[narrow, default: 0]
            }
            part.total = chosen.count
            part.entries = try chosen.dropFirst(request.offset).prefix(request.limit).compactMap {
                try entry($0, in: snapshot)
            }
            return part
        }
    }

    private func modalities(of task: ReadingTask, in database: some DatabaseReading) throws -> [String] {
        if let plan = task.plan { return plan.modalities }
        return try flow.catalogue.study(task.study, in: database)?.modalities ?? []
    }
}
