// QIDO-RS (PS3.18 10.6).

import Archive
import HTTPService
import HTTPTypes
import Hummingbird
import StudyFlow
import Vocabulary

struct SearchRoutes: Sendable {
    let flow: FlowContext

    /// A search over everything gives one page at most; within a study all that matches, for a viewer must see all of it.
    static let pageSize = StudyQuery.largestPage

    func addRoutes(to group: RouterGroup<JieliRequestContext>) {
        group.get("studies") { request, context in try await search(.study, request, context) }
        group.get("series") { request, context in try await search(.series, request, context) }
        group.get("instances") { request, context in try await search(.instance, request, context) }
        group.get("studies/:study/series") { request, context in try await search(.series, request, context) }
        group.get("studies/:study/instances") { request, context in try await search(.instance, request, context) }
        group.get("studies/:study/series/:series/instances") { request, context in
            try await search(.instance, request, context)
        }
    }

    private func search(
        _ level: SearchLevel, _ request: Request, _ context: JieliRequestContext
    ) async throws -> Response {
        let items = try QueryItems(request)
        let mediaType = try JSONAnswer.mediaType(AcceptHeader(request, items))
        var search = try SearchRequest(
            level, study: ResourcePath.study(in: context, isOptional: true),
            series: ResourcePath.series(in: context, isOptional: true), items: items)
        search.query.series.study.includesWithheld = try WithheldRight.isAsked(items, context, flow.node)
        let results = SearchResult(locations: ResourceLocations(request, context), request: search)
        let found = try await found(search, results, for: try context.requireUser().name)
        var response = try JSONAnswer.response(found, mediaType: mediaType)
        var warnings: [String] = []
        if search.isFuzzyMatchingRefused {
            warnings.append(
                "The fuzzymatching parameter is supported for PatientName only. Literal matching has been performed for "
                    + "the others.")
        }
        if search.study == nil, found.count == Self.pageSize, (search.limit ?? .max) > Self.pageSize {
            warnings.append("There may be additional results that can be requested with offset and limit.")
        }
        if !warnings.isEmpty {
            response.headers[.warning] = warnings.map { "299 jieli \"\($0)\"" }.joined(separator: ", ")
        }
        return response
    }

    private func found(
        _ search: SearchRequest, _ results: SearchResult, for user: String
    ) async throws -> [JSONDataSet] {
        let catalogue = flow.catalogue
        return try await flow.database.read { snapshot in
            // Who reads a study a second time is not told what the first readers made of it.
            let blind = try PeerReviewDesk(flow).blindStudies(of: user, in: snapshot)
            return try pages(search) { limit, offset in
                var query = search.query
                switch search.level {
                case .study:
                    query.series.study.limit = limit
                    query.series.study.offset = offset
                    return try catalogue.studies(matching: query.series.study, in: snapshot).map(results.dataSet)
                case .series:
                    query.series.limit = limit
                    query.series.offset = offset
                    return try catalogue.series(matching: query.series, in: snapshot).map { found in
                        found.series.isNetworkMade && blind.contains(found.study.studyInstanceUID)
                            ? nil : results.dataSet(of: found)
                    }
                case .instance:
                    query.limit = limit
                    query.offset = offset
                    return try catalogue.instances(matching: query, in: snapshot).map { found in
                        found.instance.isNetworkMade && blind.contains(found.study.studyInstanceUID)
                            ? nil : results.dataSet(of: found)
                    }
                }
            }
        }
    }

    /// Of one snapshot, so that nothing is skipped or doubled between pages.
    ///
    /// - Parameter page: `nil` in place of what this person may not see.
    private func pages(
        _ search: SearchRequest, _ page: (_ limit: Int, _ offset: Int) throws -> [JSONDataSet?]
    ) throws -> [JSONDataSet] {
        let largest = search.study == nil ? Self.pageSize : .max
        let wanted = min(search.limit ?? .max, largest)
        var found: [JSONDataSet?] = []
        while found.count < wanted {
            let limit = min(wanted - found.count, StudyQuery.largestPage)
            let more = try page(limit, search.offset + found.count)
            found += more
            if more.count < limit { break }
        }
        return found.compactMap { $0 }
    }
}

extension HTTPField.Name {
    static var warning: Self { known("Warning") }
}
