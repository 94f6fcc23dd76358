// Where a study is, for the pages.

import Archive
import Database
import Reading
import Relay
import Routing
import Vocabulary

/// One node on the study's way, seen from here.
package struct JourneyHop: Hashable, Sendable {
    package var node: NodeName
    package var isHere: Bool
    /// What the study consists of, as far as is known here.
    package var expected: Int
    /// Here: in the catalogue. Elsewhere: proven by that node's signed receipts.
    package var safe: Int
    /// On the way to it from here.
    package var deliveries: DeliveryCounts?
    package var lastError: String?
    /// The node that owes the study to this one; `nil` here, and where nobody does any more.
    package var owedBy: NodeName?
    /// Since when it is owed, as far as it still is.
    package var owedSince: Timestamp?
    /// Why it does not get on, where that is known.
    package var trouble: Trouble?
    /// On the way to it from here and not yet sent.
    package var bytesLeft: Int64 = 0
    /// How long until the last of it is sent, at the link's present rate and behind what is more urgent; `nil` when nothing
    /// moves.
    package var arrivesIn: Duration?
}

/// Everything a page says about one study.
package struct StudyJourney: Hashable, Sendable {
    package var study: StudyRecord
    package var origin: StudyOrigin
    package var passage: StudyPassage?
    /// What the manifest names, where one is known.
    package var manifest: ManifestProgress?
    /// This node first, then those above in the order they were reached.
    package var hops: [JourneyHop]
    package var task: ReadingTask?
    package var order: Order?
    /// The released report that came home, or is on its way.
    package var report: HomecomingReport?
    /// Images that came after the study was taken to be whole, or after its report was signed.
    package var late = LateImages()
    /// Why it gets no further.
    package var waiting = WaitingFacts()

    package var priority: Priority { passage?.priority ?? order?.priority ?? .routine }
}

/// One line of the reading worklist.
package struct WorklistEntry: Hashable, Sendable {
    package var task: ReadingTask
    package var study: StudyRecord
    package var manifest: ManifestProgress?
    package var late = LateImages()
}

package struct StudyViews: Sendable {
    let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func journey(of study: StudyInstanceUID) async throws -> StudyJourney? {
        try await flow.database.read { snapshot in
            let forecast = try flow.deliveries.forecast(at: flow.clock.now(), in: snapshot)
            return try journey(of: study, forecast, in: snapshot)
        }
    }

    /// Studies as a list page wants them, newest arrival first unless the query says otherwise.
    package func journeys(matching query: StudyQuery) async throws -> [StudyJourney] {
        try await flow.database.read { snapshot in
            let forecast = try flow.deliveries.forecast(at: flow.clock.now(), in: snapshot)
            return try flow.catalogue.studies(matching: query, in: snapshot).compactMap {
                try journey(of: $0.studyInstanceUID, forecast, in: snapshot)
            }
        }
    }

    /// - Parameter text: words that the patient's name, number or the study must show, as a list's search box takes them.
    package func worklist(
        _ filter: WorklistFilter = WorklistFilter(), text: String? = nil
    ) async throws -> [WorklistEntry] {
        var search = StudyQuery()
        search.freeText = text
        search.limit = StudyQuery.largestPage
        return try await flow.database.read { [search, filter] snapshot in
            var filter = filter
            if search.freeText?.isEmpty == false {
                let found = try flow.catalogue.studies(matching: search, in: snapshot).map(\.studyInstanceUID)
                filter.studies = filter.studies.map { $0.intersection(found) } ?? Set(found)
            }
            return try flow.worklist.tasks(filter, in: snapshot).compactMap { try entry($0, in: snapshot) }
        }
    }

    /// `nil` where the catalogue does not have the study.
    func entry(_ task: ReadingTask, in database: some DatabaseReading) throws -> WorklistEntry? {
        guard let study = try flow.catalogue.study(task.study, in: database) else { return nil }
        return WorklistEntry(
            task: task, study: study, manifest: try flow.manifests.progress(of: task.study, in: database),
            late: try late(in: study, task, nil, in: database))
    }

    package func worklistCounts() async throws -> WorklistCounts {
        try await flow.database.read { try flow.worklist.counts(in: $0) }
    }

    /// A task with what is written so far and what was signed.
    package func reading(
        _ id: TaskID
    ) async throws -> (task: ReadingTask, report: Report?, signed: [SignedReport])? {
        try await flow.database.read { snapshot in
            guard let task = try flow.tasks.task(id, in: snapshot) else { return nil }
            return (
                task, try flow.tasks.report(of: id, in: snapshot), try flow.tasks.signedReports(of: id, in: snapshot)
            )
        }
    }

    private func journey(
        of study: StudyInstanceUID, _ forecast: LinkForecast, in database: some DatabaseReading
    ) throws -> StudyJourney? {
        guard let record = try flow.catalogue.study(study, in: database),
            let origin = try flow.catalogue.origin(of: study, in: database)
        else { return nil }
        let manifest = try flow.manifests.progress(of: study, in: database)
        let expected = max(manifest?.expected ?? 0, record.acquiredCount)
        let task = try flow.tasks.currentTask(of: study, in: database)
        let report = try task.flatMap { try ReportHomecoming(flow).report(of: $0.id, in: database) }
        return StudyJourney(
            study: record, origin: origin, passage: try flow.passages.passage(of: study, in: database),
            manifest: manifest,
            hops: try hops(of: study, expected: expected, here: record.acquiredCount, forecast, in: database),
            task: task,
            order: try flow.orders.order(of: study, in: database),
            report: report, late: try task.map { try late(in: record, $0, report, in: database) } ?? LateImages(),
            waiting: try WaitingFactsReader(flow).facts(
                of: study, task, viaChild: origin.viaChild, in: database))
    }

    /// The report that counts is the one signed here, or the one that came from above.
    private func late(
        in study: StudyRecord, _ task: ReadingTask, _ home: HomecomingReport?, in database: some DatabaseReading
    ) throws -> LateImages {
        let written = try flow.tasks.report(of: task.id, in: database)
        var late = try Additions(flow).late(
            in: study, reported: home?.announcement.report.imageCount ?? written?.imageCount, in: database)
        // Whoever doesn't read the study here has nothing to look at.
        if !task.isOwned(by: flow.node.name) { late.unseen = 0 }
        return late
    }

    private func hops(
        of study: StudyInstanceUID, expected: Int, here: Int, _ forecast: LinkForecast,
        in database: some DatabaseReading
    ) throws -> [JourneyHop] {
        var hops = [JourneyHop(node: flow.node.name, isHere: true, expected: expected, safe: here)]
        let progress = try flow.deliveries.progress(of: study, in: database)
        let safe = try flow.receipts.safeAt(study, in: database)
        func held(_ node: NodeName) -> Int { safe.first { $0.node == node }?.instances ?? 0 }
        for next in progress {
            hops.append(
                JourneyHop(
                    node: next.destination, isHere: false, expected: expected, safe: held(next.destination),
                    deliveries: next.counts, lastError: next.lastError,
                    owedBy: next.oldestOpenAt == nil ? nil : flow.node.name, owedSince: next.oldestOpenAt,
                    trouble: Trouble(status: nil, sentence: next.lastError),
                    bytesLeft: next.bytesTotal - next.bytesSent,
                    arrivesIn: forecast.arrival(of: study, at: next.destination)))
        }
        let onward = try flow.onwardHops.hops(of: study, in: database).filter { hop in
            !hops.contains { $0.node == hop.to }
        }
        let uplinks = onward.contains { $0.provenAt == nil } ? try Uplinks(flow).reports(in: database) : []
        for hop in onward {
            let isOpen = hop.provenAt == nil
            hops.append(
                JourneyHop(
                    node: hop.to, isHere: false, expected: expected, safe: held(hop.to),
                    owedBy: isOpen ? hop.from : nil, owedSince: isOpen ? hop.since : nil,
                    trouble: isOpen ? uplinks.first { $0.from == hop.from && $0.to == hop.to }?.trouble : nil))
        }
        for further in safe.sorted(by: { $0.since < $1.since }) where !hops.contains(where: { $0.node == further.node })
        {
            hops.append(JourneyHop(node: further.node, isHere: false, expected: expected, safe: further.instances))
        }
        return hops
    }
}
