// Questions for earlier studies, and what was answered.

import Database
import Foundation
import Vocabulary

/// Stateless; every function runs in the caller's transaction.
package struct PriorBook: Sendable {
    package init() {}

    // MARK: Questions

    /// - Returns: `false` when it is known already.
    package func note(_ query: PriorQuery, in transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO prior_query (id, study_instance_uid, asker, came_from, asked_by, asked_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """, query.id, query.study, query.asker, query.cameFrom, query.askedBy, query.askedAt, query.expiresAt) == 1
    }

    package func query(_ id: String, in database: some DatabaseReading) throws -> PriorQuery? {
        try database.row("SELECT * FROM prior_query WHERE id = ?", id).map(PriorQuery.init(row:))
    }

    /// What this node asked last for a study.
    package func latest(
        for study: StudyInstanceUID, askedBy node: NodeName, at now: Timestamp, in database: some DatabaseReading
    ) throws -> PriorQuery? {
        try database.row(
            """
            SELECT * FROM prior_query WHERE study_instance_uid = ? AND asker = ? AND came_from IS NULL AND expires_at > ?
            ORDER BY asked_at DESC, id LIMIT 1
            """, study, node, now
        ).map(PriorQuery.init(row:))
    }

    /// Forgets what is over.
    ///
    /// - Returns: how many questions.
    @discardableResult
    package func expire(at now: Timestamp, in transaction: Transaction) throws -> Int {
        let gone = try transaction.rows("SELECT id FROM prior_query WHERE expires_at <= ? LIMIT 500", now)
        for row in gone {
            let id: String = try row["id"]
            try transaction.execute(
                "UPDATE prior_loan SET state = ?, last_error = ? WHERE query_id = ? AND state = ?",
                PriorLoan.State.refused, "nobody sent it in time; search again", id, PriorLoan.State.wanted)
            try forget(id, in: transaction)
        }
        return gone.count
    }

    private func forget(_ id: String, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM prior_node WHERE query_id = ?", id)
        try transaction.execute("DELETE FROM prior_route WHERE query_id = ?", id)
        try transaction.execute("DELETE FROM prior_query WHERE id = ?", id)
    }

    /// An earlier question of this node for the same study is replaced by a later one.
    package func supersede(_ query: PriorQuery, in transaction: Transaction) throws {
        for row in try transaction.rows(
            "SELECT id FROM prior_query WHERE study_instance_uid = ? AND asker = ? AND came_from IS NULL AND id <> ?",
            query.study, query.asker, query.id)
        {
            let id: String = try row["id"]
            // What was found stays on the list until the new answers are here.
            try transaction.execute(
                """
                INSERT INTO prior_route (query_id, study_instance_uid, holder, via, hops, summary)
                SELECT ?, study_instance_uid, holder, via, hops, summary FROM prior_route WHERE query_id = ?
                ON CONFLICT (query_id, study_instance_uid, holder) DO NOTHING
                """, query.id, id)
            try transaction.execute("UPDATE prior_loan SET query_id = ? WHERE query_id = ?", query.id, id)
            try transaction.execute("UPDATE prior_report_wish SET query_id = ? WHERE query_id = ?", query.id, id)
            try forget(id, in: transaction)
        }
    }

    // MARK: Who was asked

    /// An answer is not taken back by the news that somebody was asked.
    package func noteAsked(
        _ node: NodeName, via: NodeName, isOffline: Bool, for query: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO prior_node (query_id, node, via, state, since) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (query_id, node) DO NOTHING
            """, query, node, via, isOffline ? AskedNode.State.offline : .asked, now)
    }

    package func noteAnswer(
        of node: NodeName, via: NodeName, state: AskedNode.State, for query: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO prior_node (query_id, node, via, state, since) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (query_id, node) DO UPDATE SET state = excluded.state, since = excluded.since
            """, query, node, via, state, now)
    }

    package func nodes(of query: String, in database: some DatabaseReading) throws -> [AskedNode] {
        try database.rows("SELECT * FROM prior_node WHERE query_id = ? ORDER BY node", query).map { row in
            AskedNode(node: try row["node"], via: try row["via"], state: try row["state"], since: try row["since"])
        }
    }

    // MARK: What was found

    /// Whoever brought a node's answer first is the way to it: no other neighbour can lead the question astray later.
    package func note(_ route: PriorRoute, in transaction: Transaction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let summary = try route.summary.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        try transaction.execute(
            """
            INSERT INTO prior_route (query_id, study_instance_uid, holder, via, hops, summary) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (query_id, study_instance_uid, holder) DO UPDATE SET hops = excluded.hops,
                summary = excluded.summary, refused_at = NULL WHERE prior_route.via = excluded.via
            """, route.query, route.study, route.holder, route.via, route.hops, summary)
    }

    /// What a node said before, on the same way, counts no more.
    package func forgetAnswers(
        of holder: NodeName, via neighbour: NodeName, to query: String, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "DELETE FROM prior_route WHERE query_id = ? AND holder = ? AND via = ?", query, holder, neighbour)
    }

    package func countRoutes(of query: String, in database: some DatabaseReading) throws -> Int {
        try database.row("SELECT COUNT(*) AS number FROM prior_route WHERE query_id = ?", query)?["number"] ?? 0
    }

    package func routes(of query: String, in database: some DatabaseReading) throws -> [PriorRoute] {
        try database.rows(
            "SELECT * FROM prior_route WHERE query_id = ? ORDER BY study_instance_uid, hops, holder", query
        ).map(PriorRoute.init(row:))
    }

    /// The ways to a study that were answered, nearest first.
    ///
    /// - Parameter untried: only those at whose end nobody said that it cannot be had.
    package func routes(
        of query: String, to study: StudyInstanceUID, untried: Bool = false, in database: some DatabaseReading
    ) throws -> [PriorRoute] {
        let condition = untried ? "AND refused_at IS NULL" : ""
        return try database.rows(
            """
            SELECT * FROM prior_route WHERE query_id = ? AND study_instance_uid = ? \(condition) ORDER BY hops, holder
            """, query, study
        ).map(PriorRoute.init(row:))
    }

    /// It cannot be had through this neighbour. Two who both have it no more must not be asked in turns for ever.
    package func noteRefusal(
        by neighbour: NodeName, of study: StudyInstanceUID, to query: String, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE prior_route SET refused_at = ? WHERE query_id = ? AND study_instance_uid = ? AND via = ?", now,
            query, study, neighbour)
    }

    /// Somebody wants it once more: every way is worth trying again.
    package func forgetRefusals(
        of study: StudyInstanceUID, to query: String, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE prior_route SET refused_at = NULL WHERE query_id = ? AND study_instance_uid = ?", query, study)
    }

    // MARK: Identity numbers

    /// The identity number that a study's objects name, beside their Patient ID.
    package func note(card: String, of study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO patient_card (study_instance_uid, card_number) VALUES (?, ?)
            ON CONFLICT (study_instance_uid) DO NOTHING
            """, study, card)
    }

    package func forgetCard(of study: StudyInstanceUID, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM patient_card WHERE study_instance_uid = ?", study)
    }

    package func card(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> String? {
        try database.row("SELECT card_number FROM patient_card WHERE study_instance_uid = ?", study)?["card_number"]
    }
}

extension PriorQuery {
    init(row: Row) throws {
        self.init(
            id: try row["id"], study: try row["study_instance_uid"], asker: try row["asker"],
            cameFrom: try row[optional: "came_from"], askedBy: try row["asked_by"], askedAt: try row["asked_at"],
            expiresAt: try row["expires_at"])
    }
}

extension PriorRoute {
    init(row: Row) throws {
        self.init(
            query: try row["query_id"], study: try row["study_instance_uid"], holder: try row["holder"],
            via: try row["via"], hops: try row["hops"],
            summary: try row[optional: "summary", as: String.self].map {
                try JSONDecoder().decode(PriorSummary.self, from: Data($0.utf8))
            })
    }
}

extension AskedNode.State: TextBindable {}
