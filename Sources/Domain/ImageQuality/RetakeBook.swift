// The retakes that one node knows of.

import Database
import Foundation
import Vocabulary

/// Stateless; every function runs in the caller's transaction.
package struct RetakeBook: Sendable {
    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    package func retake(_ id: UUID, in database: some DatabaseReading) throws -> KnownRetake? {
        try database.row("SELECT * FROM retake WHERE id = ?", Self.text(id)).map(KnownRetake.init(row:))
    }

    /// Of one study, newest first.
    package func retakes(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [KnownRetake] {
        try database.rows("SELECT * FROM retake WHERE study_instance_uid = ? ORDER BY heard_at DESC, id", study)
            .map(KnownRetake.init(row:))
    }

    /// Those that wait for the hospital, the longest waiting first.
    package func open(limit: Int = 200, in database: some DatabaseReading) throws -> [KnownRetake] {
        try database.rows("SELECT * FROM retake WHERE settled_at IS NULL ORDER BY heard_at, id LIMIT ?", limit)
            .map(KnownRetake.init(row:))
    }

    /// All of them, newest first.
    package func list(limit: Int, offset: Int, in database: some DatabaseReading) throws -> [KnownRetake] {
        try database.rows("SELECT * FROM retake ORDER BY heard_at DESC, id LIMIT ? OFFSET ?", limit, offset)
            .map(KnownRetake.init(row:))
    }

    /// Asked for here and answered, whose tasks have not gone on yet.
    package func unclosed(in database: some DatabaseReading) throws -> [KnownRetake] {
        try database.rows(
            """
            SELECT * FROM retake WHERE closed_at IS NULL AND settled_at IS NOT NULL AND came_from IS NULL
            ORDER BY settled_at LIMIT 200
            """
        ).map(KnownRetake.init(row:))
    }

    package func request(_ retake: Retake, at time: Timestamp, in transaction: Transaction) throws {
        try store(KnownRetake(retake: retake, cameFrom: nil, heardAt: time), in: transaction)
    }

    /// - Throws: `.notTheHospital`, `.alreadyAnswered`, `.unknownRetake`.
    package func answer(
        _ id: UUID, _ answer: Retake.Answer, at time: Timestamp, in transaction: Transaction
    ) throws -> KnownRetake {
        var known = try required(id, in: transaction)
        guard known.retake.origin == node else {
            throw ImageQualityError(
                code: .notTheHospital, message: "\(known.retake.origin) took the study and answers for it")
        }
        try checkOpen(known)
        known.retake.answer = answer
        return try settle(known, at: time, in: transaction)
    }

    /// - Throws: `.askedElsewhere`, `.alreadyAnswered`, `.unknownRetake`.
    package func withdraw(
        _ id: UUID, byName name: String, at time: Timestamp, in transaction: Transaction
    ) throws -> KnownRetake {
        var known = try required(id, in: transaction)
        guard known.cameFrom == nil else {
            throw ImageQualityError(
                code: .askedElsewhere, message: "\(known.retake.owner) asked for new images and withdraws that")
        }
        try checkOpen(known)
        known.retake.withdrawnByName = name
        return try settle(known, at: time, in: transaction)
    }

    /// A neighbour told of it: the request and its withdrawal come from above, the answer from below.
    ///
    /// - Returns: `nil` when nothing is new.
    package func hear(
        _ told: Retake, from peer: NodeName, isParent: Bool, at time: Timestamp, in transaction: Transaction
    ) throws -> KnownRetake? {
        guard var known = try retake(told.id, in: transaction) else {
            guard isParent else {
                throw ImageQualityError(code: .unknownRetake, message: "nobody here asked for that retake")
            }
            let known = KnownRetake(
                retake: told, cameFrom: peer, heardAt: time, settledAt: told.isOpen ? nil : time)
            try store(known, in: transaction)
            return known
        }
        let before = known
        if !isParent { known.retake.answer = known.retake.answer ?? told.answer }
        if isParent { known.retake.withdrawnByName = known.retake.withdrawnByName ?? told.withdrawnByName }
        return known == before ? nil : try settle(known, at: time, in: transaction)
    }

    /// The task has gone on.
    package func close(_ id: UUID, at time: Timestamp, in transaction: Transaction) throws {
        try transaction.execute("UPDATE retake SET closed_at = ? WHERE id = ?", time, Self.text(id))
    }

    // MARK: Rows

    private func required(_ id: UUID, in transaction: Transaction) throws -> KnownRetake {
        guard let known = try retake(id, in: transaction) else {
            throw ImageQualityError(
                code: .unknownRetake, message: "there is no retake \(Self.text(id)) at this node")
        }
        return known
    }

    private func checkOpen(_ known: KnownRetake) throws {
        guard known.retake.isOpen else {
            throw ImageQualityError(code: .alreadyAnswered, message: "it was answered or withdrawn already")
        }
    }

    private func settle(
        _ known: KnownRetake, at time: Timestamp, in transaction: Transaction
    ) throws -> KnownRetake {
        var known = known
        if !known.retake.isOpen { known.settledAt = known.settledAt ?? time }
        let (retake, answer) = (known.retake, known.retake.answer)
        try transaction.execute(
            """
            UPDATE retake SET outcome = ?, answer_note = ?, new_study = ?, image_count = ?, answered_by = ?,
                answered_by_name = ?, answered_at = ?, withdrawn_by_name = ?, settled_at = ? WHERE id = ?
            """, answer?.outcome, answer?.note, answer?.newStudy, answer?.imageCount, answer?.user, answer?.name,
            answer?.at, retake.withdrawnByName, known.settledAt, Self.text(retake.id))
        return known
    }

    private func store(_ known: KnownRetake, in transaction: Transaction) throws {
        let (retake, answer) = (known.retake, known.retake.answer)
        try transaction.execute(
            """
            INSERT INTO retake (id, task_id, study_instance_uid, origin, owner, came_from, reasons, note, requested_by,
                requested_by_name, requested_at, heard_at, outcome, answer_note, new_study, image_count, answered_by,
                answered_by_name, answered_at, withdrawn_by_name, settled_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, Self.text(retake.id), retake.task, retake.study, retake.origin, retake.owner, known.cameFrom,
            QualityMark.text(of: retake.reasons), retake.note, retake.requestedBy, retake.requestedByName,
            retake.requestedAt, known.heardAt, answer?.outcome, answer?.note, answer?.newStudy, answer?.imageCount,
            answer?.user, answer?.name, answer?.at, retake.withdrawnByName, known.settledAt)
    }

    private static func text(_ id: UUID) -> String { id.uuidString.lowercased() }
}

extension KnownRetake {
    init(row: Row) throws {
        let text: String = try row["id"]
        guard let id = UUID(uuidString: text) else {
            throw ImageQualityError(code: .unknownRetake, message: "a retake has the broken id \(text)")
        }
        var retake = Retake(
            id: id, task: try row["task_id"], study: try row["study_instance_uid"], origin: try row["origin"],
            owner: try row["owner"], reasons: Set(QualityMark.reasons(in: try row["reasons"])),
            note: try row["note"], requestedBy: try row["requested_by"],
            requestedByName: try row["requested_by_name"], requestedAt: try row["requested_at"])
        if let outcome: Retake.Outcome = try row[optional: "outcome"] {
            retake.answer = Retake.Answer(
                outcome: outcome, note: try row["answer_note"], newStudy: try row[optional: "new_study"],
                imageCount: try row["image_count"], user: try row["answered_by"],
                name: try row["answered_by_name"], at: try row["answered_at"])
        }
        retake.withdrawnByName = try row[optional: "withdrawn_by_name"]
        self.init(
            retake: retake, cameFrom: try row[optional: "came_from"], heardAt: try row["heard_at"],
            settledAt: try row[optional: "settled_at"], closedAt: try row[optional: "closed_at"])
    }
}
