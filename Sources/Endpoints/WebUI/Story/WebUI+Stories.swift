// Looking studies up for pages and programs.

import Archive
import Audit
import HTTPService
import Hummingbird
import Reading
import StudyFlow
import Vocabulary

/// Which studies a list shows.
enum StudyStage: String, CaseIterable, Sendable {
    /// Anything not acknowledged yet.
    case open
    /// The report is here and waits to be acknowledged.
    case home
    case acknowledged
    case all

    func includes(_ story: StudyStory) -> Bool {
        switch self {
        case .open: !story.isAcknowledged
        case .home: story.awaitsAcknowledgement
        case .acknowledged: story.isAcknowledged
        case .all: true
        }
    }
}

extension WebUI {
    var views: StudyViews { StudyViews(flow) }

    func words(_ context: JieliRequestContext) -> Words { resources.strings[context.language] }

    /// Tiers of neighbours and of nodes further up, from what was said last.
    func tiers() async throws -> [NodeName: Tier] {
        try await flow.database.read { snapshot in
            var tiers: [NodeName: Tier] = [:]
            for uplink in try Uplinks(flow).reports(in: snapshot) { tiers[uplink.to] = uplink.tier }
            for status in try flow.peerStatuses(in: snapshot) { tiers[status.peer] = status.heartbeat?.tier }
            return tiers
        }
    }

    /// - Throws: 404 when this node does not have the study.
    func story(of study: StudyInstanceUID) async throws -> StudyStory {
        guard let journey = try await views.journey(of: study) else {
            throw HTTPProblem.notFound(Sentence("本节点没有这次检查", "this node does not have the study"))
        }
        return StudyStory(journey, at: flow.node, tiers: try await tiers())
    }

    /// Stories of a stage, newest first. Studies are looked through in pages; at most 500 of them for a stage.
    func stories(matching query: StudyQuery, stage: StudyStage) async throws -> (stories: [StudyStory], total: Int) {
        let tiers = try await tiers()
        if stage == .all {
            let total = try await flow.database.read { try flow.catalogue.count(matching: query, in: $0) }
            let journeys = try await views.journeys(matching: query)
            return (journeys.map { StudyStory($0, at: flow.node, tiers: tiers) }, total)
        }
        var found: [StudyStory] = []
        var page = query
        page.limit = 100
        page.offset = 0
        while found.count < query.offset + query.limit, page.offset < StudyQuery.largestPage {
            let journeys = try await views.journeys(matching: page)
            found += journeys.map { StudyStory($0, at: flow.node, tiers: tiers) }.filter(stage.includes)
            guard journeys.count == page.limit else { break }
            page.offset += page.limit
        }
        let shown = Array(found.dropFirst(query.offset).prefix(query.limit))
        return (shown, shown.count)
    }

    /// The query that a list's parameters ask for.
    func studyQuery(_ request: Request) -> StudyQuery {
        var query = StudyQuery()
        query.freeText = request.query("text")
        query.modalities = request.query("modality").map { [$0.uppercased()] } ?? []
        func day(_ name: Substring) -> String? {
            request.query(name)?.filter(\.isNumber).prefix(8).description
        }
        if day("from") != nil || day("to") != nil {
            query.studyDate = ValueRange(from: day("from"), through: day("to"))
        }
        return query
    }

    func history(of study: StudyInstanceUID) async throws -> [AuditRecord] {
        try await flow.database.read { try flow.audit.events(AuditTrail.Query(study: study), in: $0) }
    }

    func series(of study: StudyInstanceUID) async throws -> [SeriesRecord] {
        try await flow.database.read { try flow.catalogue.shownSeries(of: study, in: $0) }
    }

    func proposedOrders(for study: StudyInstanceUID) async throws -> [Order] {
        try await flow.database.read { snapshot in
            guard let known = try OrderMatching(flow).identification(of: study, in: snapshot) else { return [] }
            return try flow.orders.proposals(for: known, in: snapshot).map(\.order)
        }
    }

    /// Every look at a patient's data is on the trail.
    func noteAccess(_ action: AuditAction, to study: StudyInstanceUID, _ context: JieliRequestContext) async throws {
        let user = try context.requireUser()
        try await StudyDesk(flow).noteAccess(
            action, to: study, by: .user(user.name),
            address: context.remoteAddress.isEmpty ? nil : context.remoteAddress)
    }
}
