// Everything that is still owed, oldest first.

import Database
import Observability
import Reading
import Vocabulary

/// Looks through the ledgers of all domains; each branch of the query has an index that holds open rows only, so that an
/// archive of millions costs what its open part costs.
package struct ObligationBook: Sendable {
    /// Until then a study is on its way and nobody is late.
    static let grace: Duration = .seconds(60)
    /// A child that has sent nothing for this long owes what it announced.
    static let incomingGrace: Duration = .seconds(300)

    /// How long a study may wait for its report before somebody should ask.
    package static func readingLimit(_ priority: Priority) -> Duration {
        switch priority {
        case .stat: .seconds(30 * 60)
        case .urgent: .seconds(2 * 3600)
        case .routine: .seconds(24 * 3600)
        }
    }

    let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func page(
        limit: Int = 50, offset: Int = 0, study: StudyInstanceUID? = nil, in database: some DatabaseReading
    ) throws -> ObligationPage {
        let lines = try lines(
            study.map { [$0.rawValue] } ?? [], limit: limit, offset: offset, in: database)
        let details = try ObligationDetails(flow, in: database)
        return ObligationPage(
            groups: try lines.map { try details.group($0, in: database) },
            total: study == nil ? try summary(in: database).total : lines.count)
    }

    package func summary(in database: some DatabaseReading) throws -> ObligationSummary {
        let (open, arguments) = open
        let row = try database.rows(
            "SELECT count(DISTINCT line) AS total, min(since) AS oldest FROM (\(open)) AS open", arguments: arguments
        ).first
        return ObligationSummary(total: try row?["total"] ?? 0, oldest: try row?[optional: "oldest"])
    }

    // MARK: The lines

    /// A study, or something without one.
    struct Line {
        var study: StudyInstanceUID?
        /// `events` or `parkedEvent`, and which; only without a study.
        var kind: String
        var reference: String
        var since: Timestamp
    }

    private func lines(
        _ only: [String], limit: Int, offset: Int, in database: some DatabaseReading
    ) throws -> [Line] {
        let (open, arguments) = open
        return try database.rows(
            """
            SELECT line, min(since) AS since, min(kind) AS kind, min(study) AS study, min(reference) AS reference
            FROM (\(open)) AS open \(only.isEmpty ? "" : "WHERE line = ?")
            GROUP BY line ORDER BY min(since), line LIMIT ? OFFSET ?
            """, arguments: arguments + only + [limit, offset]
        ).map { row in
            let study: String = try row["study"]
            return Line(
                study: study.isEmpty ? nil : StudyInstanceUID(rawValue: study), kind: try row["kind"],
                reference: try row["reference"], since: try row["since"])
        }
    }

    /// Rows of `line`, `kind`, `study`, `reference`, `since`.
    private var open: (sql: String, arguments: [(any DatabaseBindable)?]) {
        let now = flow.clock.now()
        let sql = """
            SELECT study_instance_uid AS line, 'delivery' AS kind, study_instance_uid AS study, '' AS reference,
                min(created_at) AS since
            FROM delivery WHERE done_at IS NULL GROUP BY study_instance_uid
            UNION ALL
            SELECT study_instance_uid, 'onward', study_instance_uid, '', since FROM onward_hop WHERE proven_at IS NULL
            UNION ALL
            SELECT passage.study_instance_uid, 'incoming', passage.study_instance_uid, '', passage.last_instance_at
            FROM study_passage AS passage
            JOIN study_origin AS origin ON origin.study_instance_uid = passage.study_instance_uid
            WHERE passage.settled_at IS NULL AND passage.last_instance_at <= ? AND origin.via_child IS NOT NULL
            UNION ALL
            SELECT study_instance_uid, 'task', study_instance_uid, '', since
            FROM (SELECT study_instance_uid, \(Self.taskSince) AS since FROM reading_task
                WHERE acknowledged_at IS NULL AND state <> 'cancelled') AS task WHERE since IS NOT NULL
            UNION ALL
            SELECT study_instance_uid, 'homecoming', study_instance_uid, '', announced_at
            FROM report_homecoming WHERE arrived_at IS NULL
            UNION ALL
            SELECT study_instance_uid, 'conflict', study_instance_uid, '', min(first_at)
            FROM conflict WHERE resolved_at IS NULL GROUP BY study_instance_uid
            UNION ALL
            SELECT study_instance_uid, 'stuck', study_instance_uid, '', since FROM study_trouble
            UNION ALL
            SELECT 'parkedEvent ' || id, 'parkedEvent', '', id, parked_at FROM parked_event WHERE resolved_at IS NULL
            UNION ALL
            SELECT 'events ' || event.peer, 'events', '', event.peer, min(event.appended_at)
            FROM outbox_lane AS lane
            JOIN outbox_event AS event ON event.peer = lane.peer AND event.lane = lane.lane
                AND event.sequence > lane.acknowledged
            GROUP BY event.peer HAVING min(event.appended_at) <= ?
            """
        return (sql, [now - Self.incomingGrace] + Self.taskArguments(now) + [now - Self.grace])
    }

    /// The state that people are shown, `ReadingTask.shownState`, and since when somebody owes something about it.
    private static let taskSince = """
        CASE
            WHEN delivered_at IS NOT NULL AND \(shown) IN ('released', 'delivered') THEN delivered_at
            WHEN state = 'offered' AND changed_at <= ? THEN changed_at
            WHEN \(shown) = 'returnedForRetake' THEN changed_at
            WHEN \(shown) IN ('final', 'released') AND changed_at <= ? THEN coalesce(released_at, changed_at)
            WHEN \(shown) IN ('ready', 'claimed', 'preliminary', 'recalled')
                AND created_at <= CASE priority WHEN 0 THEN ? WHEN 1 THEN ? ELSE ? END THEN created_at
        END
        """

    private static let shown = "CASE WHEN state = 'forwarded' THEN coalesce(remote_state, state) ELSE state END"

    private static func taskArguments(_ now: Timestamp) -> [(any DatabaseBindable)?] {
        [now - grace, now - grace] + [Priority.stat, .urgent, .routine].map { now - readingLimit($0) }
    }
}

extension NodeViews {
    package func obligations(
        limit: Int = 50, offset: Int = 0, study: StudyInstanceUID? = nil
    ) async throws -> ObligationPage {
        let book = ObligationBook(flow)
        return try await flow.database.read { try book.page(limit: limit, offset: offset, study: study, in: $0) }
    }

    package func obligationSummary() async throws -> ObligationSummary {
        let book = ObligationBook(flow)
        return try await flow.database.read { try book.summary(in: $0) }
    }
}
