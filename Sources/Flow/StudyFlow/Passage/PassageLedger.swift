// Where each study stands at this node: still arriving or whole, decided or not, announced or not.

import Database
import Foundation
import Routing
import Vocabulary

/// One study's way through this node.
package struct StudyPassage: Hashable, Sendable {
    package var study: StudyInstanceUID
    package var priority: Priority
    /// When somebody last set it, by that node's clock; 0 when nobody did.
    package var prioritySetAt: Timestamp
    package var lastInstanceAt: Timestamp
    /// When it was taken to be whole; `nil` again when more instances came.
    package var settledAt: Timestamp?
    /// Of the manifest that settled it.
    package var revision: Int
    package var decision: RouteDecision?
    package var decidedAt: Timestamp?
}

/// Where a study goes, for an instance that is to go along.
package struct StudyStanding: Hashable, Sendable {
    package var priority: Priority
    package var nextHop: NodeName?
    package var isDecided: Bool
}

/// Stateless; every function runs in the caller's transaction.
package struct PassageLedger: Sendable {
    package init() {}

    package func passage(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyPassage? {
        try database.row("SELECT * FROM study_passage WHERE study_instance_uid = ?", study).map(StudyPassage.init(row:))
    }

    /// What each further instance of a study asks: its route without the reasons, which are long to decode.
    package func standing(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyStanding? {
        try database.row(
            "SELECT priority, next_hop, decided_at FROM study_passage WHERE study_instance_uid = ?", study
        ).map { row in
            StudyStanding(
                priority: try row["priority"], nextHop: try row[optional: "next_hop"],
                isDecided: try row[optional: "decided_at", as: Timestamp.self] != nil)
        }
    }

    /// A child told of the study; its instances may still have to come. Changes nothing where they came first.
    package func expect(
        _ study: StudyInstanceUID, priority: Priority, setAt: Timestamp, at time: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO study_passage (study_instance_uid, priority, priority_set_at, last_instance_at)
            VALUES (?, ?, ?, ?) ON CONFLICT (study_instance_uid) DO NOTHING
            """, study, priority, setAt, time)
    }

    package func settle(
        _ study: StudyInstanceUID, revision: Int, at time: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE study_passage SET settled_at = ?, settle_due_at = NULL, revision = ? WHERE study_instance_uid = ?",
            time, revision, study)
    }

    package func setPriority(
        _ priority: Priority, of study: StudyInstanceUID, setAt: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE study_passage SET priority = ?, priority_set_at = ? WHERE study_instance_uid = ?", priority, setAt,
            study)
    }

    package func decide(
        _ decision: RouteDecision, for study: StudyInstanceUID, at time: Timestamp, in transaction: Transaction
    ) throws {
        let text = String(decoding: try JSONEncoder().encode(decision), as: UTF8.self)
        try transaction.execute(
            "UPDATE study_passage SET decision = ?, next_hop = ?, decided_at = ? WHERE study_instance_uid = ?", text,
            decision.nextHop, time, study)
    }

    /// Studies that were last decided since `time`, in that order.
    package func decided(
        since time: Timestamp, limit: Int, in database: some DatabaseReading
    ) throws -> [StudyPassage] {
        try database.rows(
            "SELECT * FROM study_passage WHERE decided_at >= ? ORDER BY decided_at LIMIT ?", time, limit
        ).map(StudyPassage.init(row:))
    }

    // MARK: Announcements

    /// Whether `destination` has acknowledged the study's announcement; `nil` before there was one.
    package func isAnnounced(
        _ study: StudyInstanceUID, to destination: NodeName, in database: some DatabaseReading
    ) throws -> Bool? {
        try database.row(
            "SELECT acknowledged FROM study_announcement WHERE study_instance_uid = ? AND destination = ?", study,
            destination)?["acknowledged"]
    }

    /// Every node that was told of a study.
    package func announced(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [NodeName] {
        try database.rows(
            "SELECT destination FROM study_announcement WHERE study_instance_uid = ? ORDER BY destination", study
        ).map { try $0["destination"] }
    }

    /// Of several announcements not yet acknowledged, the last one counts: it may travel in a quicker lane.
    package func announce(
        _ study: StudyInstanceUID, to destination: NodeName, event: String, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO study_announcement (study_instance_uid, destination, event_id) VALUES (?, ?, ?)
            ON CONFLICT (study_instance_uid, destination) DO UPDATE SET event_id = excluded.event_id
                WHERE study_announcement.acknowledged = 0
            """, study, destination, event)
    }

    /// Notes the acknowledgement of an announcement and returns its study; `nil` for other events.
    package func acknowledge(event: String, in transaction: Transaction) throws -> StudyInstanceUID? {
        try transaction.rows(
            """
            UPDATE study_announcement SET acknowledged = 1 WHERE event_id = ? AND acknowledged = 0
            RETURNING study_instance_uid
            """, event
        ).first?["study_instance_uid"]
    }
}

extension StudyPassage {
    init(row: Row) throws {
        study = try row["study_instance_uid"]
        priority = try row["priority"]
        prioritySetAt = try row["priority_set_at"]
        lastInstanceAt = try row["last_instance_at"]
        settledAt = try row[optional: "settled_at"]
        revision = try row["revision"]
        decision = try row[optional: "decision", as: String.self].map {
            try JSONDecoder().decode(RouteDecision.self, from: Data($0.utf8))
        }
        decidedAt = try row[optional: "decided_at"]
    }
}
