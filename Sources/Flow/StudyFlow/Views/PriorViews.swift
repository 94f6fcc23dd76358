// A patient's earlier studies, here and elsewhere, for the pages.

import Archive
import Database
import Priors
import Vocabulary

/// One earlier study, and where its images are.
package struct PriorEntry: Hashable, Sendable {
    package enum Place: Hashable, Sendable {
        case here
        /// Known here; its files are elsewhere.
        case away
        case elsewhere
        /// Wanted here, and on its way: so many of the images have come.
        case coming(arrived: Int)
        case refused
    }

    package var summary: PriorSummary
    package var place: Place
    /// Why it is not here yet, where something went wrong.
    package var trouble: String?
    /// What is known of its report; `nil` where nobody said.
    package var report: PriorReportStatus?
}

/// Where the report of an earlier study is, and who signed it. Its words are read one study at a time.
package struct PriorReportStatus: Hashable, Sendable {
    package enum Place: String, Hashable, Sendable, CaseIterable {
        case here, elsewhere, coming, refused
        /// None is released.
        case none
    }

    package var place: Place
    package var note: PriorReportNote
    /// The node that has it.
    package var holder: NodeName
    /// When it came; `nil` for a report that this node has of itself, and for one that is not here.
    package var receivedAt: Timestamp?
    package var trouble: String?
    /// Changes with each edition, and where another state stands.
    package var edition: String
}

/// All that is known of a patient's other studies.
package struct PriorList: Hashable, Sendable {
    /// Newest first.
    package var entries: [PriorEntry]
    /// Who was asked; empty where nobody was.
    package var nodes: [AskedNode]
    package var askedAt: Timestamp?

    package var unanswered: [AskedNode] { nodes.filter { $0.state == .asked || $0.state == .offline } }
    /// Everybody who was asked has answered.
    package var isComplete: Bool { unanswered.isEmpty && !nodes.contains { $0.state == .refused } }
}

package struct PriorViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func list(for study: StudyInstanceUID) async throws -> PriorList {
        try await flow.database.read { try list(for: study, in: $0) }
    }

    package func list(for study: StudyInstanceUID, in database: some DatabaseReading) throws -> PriorList {
        guard let facts = try PriorFinder(flow).facts(of: study, in: database) else {
            return PriorList(entries: [], nodes: [], askedAt: nil)
        }
        var entries: [StudyInstanceUID: PriorEntry] = [:]
        for (record, basis) in try PriorFinder(flow).studies(of: facts, besides: study, in: database) {
            entries[record.studyInstanceUID] = try local(record, basis, in: database)
        }
        let now = flow.clock.now()
        let query = try flow.priors.latest(for: study, askedBy: flow.node.name, at: now, in: database)
        let routes = try query.map { try flow.priors.routes(of: $0.id, in: database) } ?? []
        for route in routes {
            guard let summary = route.summary, summary.study != study else { continue }
            // Nearest first; a later one only where it has more of the files.
            if let known = entries[summary.study],
                known.summary.holder == flow.node.name || known.summary.filesHere >= summary.filesHere
            {
                continue
            }
            entries[summary.study] = try fetched(summary, in: database) ?? remote(summary, in: database)
        }
        let told = Dictionary(grouping: routes, by: \.study)
        for uid in entries.keys { entries[uid]?.report = try report(of: uid, told[uid] ?? [], in: database) }
        func time(_ entry: PriorEntry) -> String {
            (entry.summary.studyDate ?? "") + (entry.summary.studyTime ?? "") + entry.summary.study.rawValue
        }
        return PriorList(
            entries: entries.values.sorted { time($0) > time($1) },
            nodes: try query.map { try nodes(of: $0.id, at: now, in: database) } ?? [], askedAt: query?.askedAt)
    }

    private func local(
        _ record: StudyRecord, _ basis: LinkBasis, in database: some DatabaseReading
    ) throws -> PriorEntry {
        let study = record.studyInstanceUID
        let away = try flow.absences.files(of: study, in: database).away
        var summary = PriorSummary(record, basis, filesAway: away, at: flow.node.name)
        let loan = try flow.priorLoans.loan(of: study, to: flow.node.name, in: database)
        if let loan, loan.state == .wanted || loan.state == .granted {
            summary.imageCount = try flow.manifests.settledCount(of: study, in: database) ?? summary.imageCount
            return PriorEntry(
                summary: summary, place: .coming(arrived: record.acquiredCount - away), trouble: loan.lastError)
        }
        return PriorEntry(summary: summary, place: away > 0 ? .away : .here)
    }

    /// - Parameter routes: by which other nodes told of the study.
    func report(
        of study: StudyInstanceUID, _ routes: [PriorRoute], in database: some DatabaseReading
    ) throws -> PriorReportStatus? {
        let here = flow.node.name
        if let (report, receivedAt) = try PriorReports(flow).known(study, in: database) {
            return PriorReportStatus(
                place: .here, note: report.note, holder: report.readAt, receivedAt: receivedAt, edition: report.edition)
        }
        guard let route = PriorReports.best(routes), let note = route.note, note.isReleased else {
            // Whoever has its task hears of its report.
            let isHeard = try flow.tasks.currentTask(of: study, in: database) != nil
            guard isHeard || routes.contains(where: { $0.note != nil }) else { return nil }
            return PriorReportStatus(place: .none, note: PriorReportNote(), holder: here, edition: "none")
        }
        var status = PriorReportStatus(place: .elsewhere, note: note, holder: route.holder, edition: "elsewhere")
        let wish = try PriorReportBook().wish(for: study, by: here, in: database)
        if let wish, wish.endedAt == nil {
            status.place = wish.refusal == nil ? .coming : .refused
            status.trouble = wish.refusal
            status.edition = status.place.rawValue
        }
        return status
    }

    /// It was told of by another node's rules, and its images are here.
    private func fetched(_ summary: PriorSummary, in database: some DatabaseReading) throws -> PriorEntry? {
        guard try flow.priorLoans.loan(of: summary.study, to: flow.node.name, in: database)?.state == .here,
            let record = try flow.catalogue.study(summary.study, in: database), record.shownAcquiredCount > 0
        else { return nil }
        return try local(record, summary.basis, in: database)
    }

    private func remote(_ summary: PriorSummary, in database: some DatabaseReading) throws -> PriorEntry {
        let loan = try flow.priorLoans.loan(of: summary.study, to: flow.node.name, in: database)
        switch loan?.state {
        case .wanted, .granted:
            return PriorEntry(summary: summary, place: .coming(arrived: 0), trouble: loan?.lastError)
        case .refused: return PriorEntry(summary: summary, place: .refused, trouble: loan?.lastError)
        default: return PriorEntry(summary: summary, place: .elsewhere)
        }
    }

    /// Neighbours are known to be away as soon as they are; of others the news is as old as the answer that named them.
    private func nodes(
        of query: String, at now: Timestamp, in database: some DatabaseReading
    ) throws -> [AskedNode] {
        let heard = Dictionary(
            try flow.peerStatuses(in: database).map { ($0.peer, $0.heardAt) }, uniquingKeysWith: { first, _ in first })
        return try flow.priors.nodes(of: query, in: database).map { node in
            guard node.via == flow.node.name, node.state == .asked || node.state == .offline else { return node }
            var node = node
            let silentSince = LinkSilence.since(heard[node.node], now: now)
            node.state = silentSince != nil || heard[node.node] == nil ? .offline : .asked
            node.since = silentSince ?? node.since
            return node
        }
    }
}
