// What routing decided and why, which rules hold just now, and how much lies before whose readers.

import Database
import Foundation
import Reading
import Routing
import Vocabulary

/// Why the rules were asked.
package enum RoutingOccasion: String, Codable, Sendable, TextBindable {
    /// The study began to arrive, was whole, or its order changed.
    case study
    /// It waited here, and the hour or the readers' load changed.
    case overflow
    /// Nobody here began with it within its time limit.
    case limit
    /// Its task was given back.
    case returned
}

/// One decision with the facts it was made from.
package struct RoutingRecord: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var at: Timestamp
    package var occasion: RoutingOccasion
    package var decision: RouteDecision
    package var facts: StudyFacts?
    /// The rules about the backlog that held then.
    package var opened: Set<String>
}

/// How much lies before the readers of one node.
package struct ReaderLoadReport: Codable, Hashable, Sendable {
    package var node: NodeName
    /// Predicted for each reader on duty; `nil` where it has no roster.
    package var minutesPerReader: Double?
    package var readersOnDuty: Int?
    package var tasks: Int
    package var at: Timestamp
}

/// A rule about the backlog, and since when it holds or does not.
package struct RuleStanding: Hashable, Sendable {
    package var rule: String
    package var isOpen: Bool
    package var since: Timestamp
}

/// A task that was asked back from the node above.
package struct TaskRecall: Hashable, Sendable {
    package var task: TaskID
    package var askedAt: Timestamp
    package var askedBy: String
    /// The node below that asked for it; `nil`: this one.
    package var wantedBy: NodeName?
    package var reason: String
    /// When the node above answered.
    package var answeredAt: Timestamp?
    package var isReturned: Bool?
}

/// Stateless; every function runs in the caller's transaction.
package struct RoutingBook: Sendable {
    package init() {}

    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create routing_decision",
            """
            CREATE TABLE routing_decision (
                id TEXT PRIMARY KEY NOT NULL,
                study_instance_uid TEXT NOT NULL,
                decided_at BIGINT NOT NULL,
                occasion TEXT NOT NULL,
                rule_name TEXT,
                decision TEXT NOT NULL,
                facts TEXT,
                opened TEXT NOT NULL
            );
            CREATE INDEX routing_decision_study ON routing_decision (study_instance_uid, decided_at);
            CREATE INDEX routing_decision_at ON routing_decision (decided_at);
            CREATE TABLE routing_rule_standing (
                rule_name TEXT PRIMARY KEY NOT NULL,
                is_open INTEGER NOT NULL,
                since BIGINT NOT NULL
            );
            CREATE TABLE reader_load (
                node TEXT PRIMARY KEY NOT NULL,
                report TEXT NOT NULL,
                measured_at BIGINT NOT NULL
            );
            CREATE TABLE task_recall (
                task_id TEXT PRIMARY KEY NOT NULL,
                asked_at BIGINT NOT NULL,
                asked_by TEXT NOT NULL,
                wanted_by TEXT,
                reason TEXT NOT NULL,
                answered_at BIGINT,
                is_returned INTEGER
            );
            """),
        Migration(
            "2026-11-21 index what is passed on and not begun",
            """
            CREATE INDEX reading_task_unbegun ON reading_task (state)
                WHERE remote_state IS NULL OR remote_state IN ('ready', 'waitingForImages')
            """),
    ]

    // MARK: Decisions

    func record(_ record: RoutingRecord, in transaction: Transaction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        try transaction.execute(
            """
            INSERT INTO routing_decision
                (id, study_instance_uid, decided_at, occasion, rule_name, decision, facts, opened)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, UUID().uuidString, record.study, record.at, record.occasion, record.decision.ruleName,
            try text(record.decision), try record.facts.map(text), try text(record.opened.sorted()))
    }

    /// Of one study, oldest first.
    package func decisions(
        about study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [RoutingRecord] {
        try database.rows(
            "SELECT * FROM routing_decision WHERE study_instance_uid = ? ORDER BY decided_at, id", study
        ).map(RoutingRecord.init(row:))
    }

    /// Since `time`, oldest first.
    package func decisions(
        since time: Timestamp, limit: Int, in database: some DatabaseReading
    ) throws -> [RoutingRecord] {
        try database.rows(
            "SELECT * FROM routing_decision WHERE decided_at >= ? ORDER BY decided_at, id LIMIT ?", time, limit
        ).map(RoutingRecord.init(row:))
    }

    /// The last ones, newest first.
    package func newest(limit: Int, in database: some DatabaseReading) throws -> [RoutingRecord] {
        try database.rows("SELECT * FROM routing_decision ORDER BY decided_at DESC, id LIMIT ?", limit)
            .map(RoutingRecord.init(row:))
    }

    func prune(decidedBefore time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("DELETE FROM routing_decision WHERE decided_at < ?", time)
    }

    // MARK: Rules about the backlog

    package func standings(in database: some DatabaseReading) throws -> [RuleStanding] {
        try database.rows("SELECT * FROM routing_rule_standing ORDER BY rule_name").map { row in
            RuleStanding(rule: try row["rule_name"], isOpen: try row["is_open"], since: try row["since"])
        }
    }

    package func opened(in database: some DatabaseReading) throws -> Set<String> {
        Set(try standings(in: database).filter(\.isOpen).map(\.rule))
    }

    /// - Returns: the rules that began or ended to hold.
    @discardableResult
    func set(
        opened: Set<String>, of rules: RoutingRules, at time: Timestamp, in transaction: Transaction
    ) throws -> Set<String> {
        let before = try self.opened(in: transaction)
        for rule in rules.rules where rule.conditions.backlog != nil {
            let isOpen = opened.contains(rule.name)
            try transaction.execute(
                """
                INSERT INTO routing_rule_standing (rule_name, is_open, since) VALUES (?, ?, ?)
                ON CONFLICT (rule_name) DO UPDATE SET is_open = excluded.is_open, since = excluded.since
                    WHERE routing_rule_standing.is_open <> excluded.is_open
                """, rule.name, isOpen, time)
        }
        for gone in before where rules.rule(named: gone)?.conditions.backlog == nil {
            try transaction.execute("DELETE FROM routing_rule_standing WHERE rule_name = ?", gone)
        }
        return before.symmetricDifference(opened)
    }

    // MARK: Loads

    func note(_ report: ReaderLoadReport, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO reader_load (node, report, measured_at) VALUES (?, ?, ?)
            ON CONFLICT (node) DO UPDATE SET report = excluded.report, measured_at = excluded.measured_at
                WHERE reader_load.measured_at < excluded.measured_at
            """, report.node, String(decoding: try JSONEncoder().encode(report), as: UTF8.self), report.at)
    }

    package func loads(since time: Timestamp, in database: some DatabaseReading) throws -> [ReaderLoadReport] {
        try database.rows("SELECT report FROM reader_load WHERE measured_at >= ? ORDER BY node", time).map { row in
            try JSONDecoder().decode(ReaderLoadReport.self, from: Data((try row["report"] as String).utf8))
        }
    }

    // MARK: Recalls

    /// Tasks passed on by a rule before `time` that nobody above has begun, as far as is known, and that were not asked
    /// back since.
    func unbegun(
        by rule: String, decidedBefore time: Timestamp, limit: Int, in database: some DatabaseReading
    ) throws -> [TaskID] {
        try database.rows(
            """
            SELECT task.id AS id FROM reading_task AS task
            JOIN study_passage AS passage ON passage.study_instance_uid = task.study_instance_uid
            WHERE task.state IN ('offered', 'forwarded') AND passage.decided_at <= ?
                AND (task.remote_state IS NULL OR task.remote_state IN ('ready', 'waitingForImages'))
                AND (SELECT decision.rule_name FROM routing_decision AS decision
                    WHERE decision.study_instance_uid = task.study_instance_uid
                    ORDER BY decision.decided_at DESC LIMIT 1) = ?
                AND NOT EXISTS (SELECT 1 FROM task_recall WHERE task_recall.task_id = task.id
                    AND task_recall.asked_at >= passage.decided_at)
            ORDER BY passage.decided_at LIMIT ?
            """, time, rule, limit
        ).map { try $0["id"] }
    }

    package func recall(of task: TaskID, in database: some DatabaseReading) throws -> TaskRecall? {
        try database.row("SELECT * FROM task_recall WHERE task_id = ?", task).map { row in
            TaskRecall(
                task: try row["task_id"], askedAt: try row["asked_at"], askedBy: try row["asked_by"],
                wantedBy: try row[optional: "wanted_by"], reason: try row["reason"],
                answeredAt: try row[optional: "answered_at"], isReturned: try row[optional: "is_returned"])
        }
    }

    func ask(_ recall: TaskRecall, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO task_recall (task_id, asked_at, asked_by, wanted_by, reason) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET asked_at = excluded.asked_at, asked_by = excluded.asked_by,
                wanted_by = excluded.wanted_by, reason = excluded.reason, answered_at = NULL, is_returned = NULL
            """, recall.task, recall.askedAt, recall.askedBy, recall.wantedBy, recall.reason)
    }

    func answer(_ task: TaskID, isReturned: Bool, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute(
            "UPDATE task_recall SET answered_at = ?, is_returned = ? WHERE task_id = ? AND answered_at IS NULL", time,
            isReturned, task)
    }
}

extension RoutingRecord {
    init(row: Row) throws {
        func read<Value: Decodable>(_ text: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        }
        study = try row["study_instance_uid"]
        at = try row["decided_at"]
        occasion = try row["occasion"]
        decision = try read(try row["decision"])
        facts = try row[optional: "facts", as: String.self].map { try read($0) }
        opened = Set(try read(try row["opened"]) as [String])
    }
}
