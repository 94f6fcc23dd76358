// The critical results that one node knows of.

import Database
import Foundation
import Vocabulary

/// Stateless; every function runs in the caller's transaction. Those that may change a result return it as it is
/// afterwards, or `nil` where nothing changed, so that only news is passed on.
package struct CriticalResultBook: Sendable {
    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    // MARK: Finding

    package func result(_ id: UUID, in database: some DatabaseReading) throws -> KnownCriticalResult? {
        try database.row("SELECT * FROM critical_result WHERE id = ?", Self.text(id)).map {
            try known($0, in: database)
        }
    }

    /// Of one study, newest first.
    package func results(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> [KnownCriticalResult] {
        try database.rows(
            "SELECT * FROM critical_result WHERE study_instance_uid = ? ORDER BY heard_at DESC, id", study
        ).map { try known($0, in: database) }
    }

    /// Nobody has answered for these; the longest open first.
    package func open(limit: Int = 100, in database: some DatabaseReading) throws -> [KnownCriticalResult] {
        try database.rows(
            "SELECT * FROM critical_result WHERE settled_at IS NULL ORDER BY heard_at, id LIMIT ?", limit
        ).map { try known($0, in: database) }
    }

    /// All of them, newest first.
    package func list(
        limit: Int = 100, offset: Int = 0, in database: some DatabaseReading
    ) throws -> [KnownCriticalResult] {
        try database.rows(
            "SELECT * FROM critical_result ORDER BY heard_at DESC, id LIMIT ? OFFSET ?", limit, offset
        ).map { try known($0, in: database) }
    }

    package func openCount(in database: some DatabaseReading) throws -> Int {
        try database.row("SELECT count(*) AS number FROM critical_result WHERE settled_at IS NULL")?["number"] ?? 0
    }

    // MARK: At the reader's node

    package func mark(_ result: CriticalResult, at time: Timestamp, in transaction: Transaction) throws {
        try insert(result, cameFrom: nil, at: time, in: transaction)
    }

    /// Takes the steps that are due for results marked here.
    ///
    /// - Returns: those that took one.
    package func escalate(
        by list: CriticalList, at now: Timestamp, in transaction: Transaction
    ) throws -> [KnownCriticalResult] {
        let mine = try transaction.rows(
            "SELECT id, heard_at, level FROM critical_result WHERE settled_at IS NULL AND came_from IS NULL")
        return try mine.compactMap { row in
            let level = list.level(after: now.elapsed(since: try row["heard_at"]))
            guard level > (try row["level", as: Int.self]) else { return nil }
            let id: String = try row["id"]
            try transaction.execute("UPDATE critical_result SET level = ? WHERE id = ?", level, id)
            return try UUID(uuidString: id).flatMap { try result($0, in: transaction) }
        }
    }

    /// - Throws: `.markedElsewhere`.
    package func withdraw(
        _ id: UUID, _ withdrawal: CriticalResult.Withdrawal, at time: Timestamp, in transaction: Transaction
    ) throws -> KnownCriticalResult? {
        let before = try required(id, in: transaction)
        guard before.cameFrom == nil else {
            throw CriticalResultError(
                code: .markedElsewhere, message: "it was marked at \(before.result.owner); it is withdrawn there")
        }
        var told = before.result
        told.withdrawal = withdrawal
        return try join(told, into: before, at: time, in: transaction)
    }

    // MARK: Anywhere

    /// - Throws: `.unknownResult`, `.withdrawn`, and `.toldMissing` away from the hospital.
    package func acknowledge(
        _ id: UUID, byUser user: String, name: String, told: String, wasReadBack: Bool, at now: Timestamp,
        in transaction: Transaction
    ) throws -> KnownCriticalResult? {
        let before = try required(id, in: transaction)
        guard before.result.withdrawal == nil else {
            throw CriticalResultError(code: .withdrawn, message: "the reader has withdrawn this critical result")
        }
        guard before.result.origin == node || !told.isEmpty else {
            throw CriticalResultError(
                code: .toldMissing, message: "say who at \(before.result.origin) was told, by telephone or otherwise")
        }
        var news = before.result
        news.acknowledgements.append(
            CriticalResult.Acknowledgement(
                node: node, user: user, name: name, told: told, wasReadBack: wasReadBack, at: now,
                sinceArrival: max(0, now.elapsed(since: before.heardAt).milliseconds)))
        return try join(news, into: before, at: now, in: transaction)
    }

    /// A neighbour told of it. What it says of the mark itself counts only where the mark came from: above.
    package func hear(
        _ told: CriticalResult, from peer: NodeName, isParent: Bool, at now: Timestamp, in transaction: Transaction
    ) throws -> KnownCriticalResult? {
        if let before = try result(told.id, in: transaction) {
            var told = told
            if !isParent {
                told.withdrawal = nil
                told.level = 0
            }
            return try join(told, into: before, at: now, in: transaction)
        }
        guard isParent else { throw CriticalResultError.unknown(told.id) }
        var arrived = told
        arrived.arrivals.append(.init(node: node, at: now))
        let known = KnownCriticalResult(result: arrived.merged(with: told), cameFrom: peer, heardAt: now)
        try insert(known.result, cameFrom: peer, at: now, in: transaction)
        return known
    }

    // MARK: Rows

    private func required(_ id: UUID, in transaction: Transaction) throws -> KnownCriticalResult {
        guard let found = try result(id, in: transaction) else { throw CriticalResultError.unknown(id) }
        return found
    }

    private func join(
        _ told: CriticalResult, into before: KnownCriticalResult, at now: Timestamp, in transaction: Transaction
    ) throws -> KnownCriticalResult? {
        var after = before
        after.result = before.result.merged(with: told)
        guard after.result != before.result else { return nil }
        if after.settledAt == nil, !after.result.isOpen { after.settledAt = now }
        let (id, withdrawal) = (Self.text(before.result.id), after.result.withdrawal)
        try transaction.execute(
            """
            UPDATE critical_result SET level = ?, withdrawn_by = ?, withdrawn_reason = ?, withdrawn_at = ?,
                settled_at = ? WHERE id = ?
            """, after.result.level, withdrawal?.name, withdrawal?.reason, withdrawal?.at, after.settledAt, id)
        try store(after.result, in: transaction)
        return after
    }

    private func insert(
        _ result: CriticalResult, cameFrom: NodeName?, at now: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO critical_result (id, study_instance_uid, task_id, origin, owner, came_from, code, name, note,
                marked_by, marked_by_name, marked_at, heard_at, level, withdrawn_by, withdrawn_reason, withdrawn_at,
                settled_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, Self.text(result.id), result.study, result.task, result.origin, result.owner, cameFrom, result.code,
            result.name, result.note, result.markedBy, result.markedByName, result.markedAt, now, result.level,
            result.withdrawal?.name, result.withdrawal?.reason, result.withdrawal?.at, result.isOpen ? nil : now)
        try store(result, in: transaction)
    }

    private func store(_ result: CriticalResult, in transaction: Transaction) throws {
        let id = Self.text(result.id)
        try transaction.execute("DELETE FROM critical_result_arrival WHERE result_id = ?", id)
        for arrival in result.arrivals {
            try transaction.execute(
                "INSERT INTO critical_result_arrival (result_id, node, at) VALUES (?, ?, ?)", id, arrival.node,
                arrival.at)
        }
        try transaction.execute("DELETE FROM critical_result_acknowledgement WHERE result_id = ?", id)
        for said in result.acknowledgements {
            try transaction.execute(
                """
                INSERT INTO critical_result_acknowledgement (result_id, node, user_name, display_name, told,
                    was_read_back, at, since_arrival) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, id, said.node, said.user, said.name, said.told, said.wasReadBack, said.at, said.sinceArrival)
        }
    }

    private static func text(_ id: UUID) -> String { id.uuidString.lowercased() }

    private func known(_ row: Row, in database: some DatabaseReading) throws -> KnownCriticalResult {
        let text: String = try row["id"]
        guard let id = UUID(uuidString: text) else {
            throw CriticalResultError(code: .unknownResult, message: "a critical result has the broken id \(text)")
        }
        var result = CriticalResult(
            id: id, study: try row["study_instance_uid"], task: try row["task_id"], origin: try row["origin"],
            owner: try row["owner"], code: try row["code"], name: try row["name"], note: try row["note"],
            markedBy: try row["marked_by"], markedByName: try row["marked_by_name"], markedAt: try row["marked_at"])
        result.level = try row["level"]
        if let at: Timestamp = try row[optional: "withdrawn_at"] {
            result.withdrawal = .init(name: try row["withdrawn_by"], reason: try row["withdrawn_reason"], at: at)
        }
        result.arrivals = try database.rows(
            "SELECT * FROM critical_result_arrival WHERE result_id = ? ORDER BY node", text
        ).map { .init(node: try $0["node"], at: try $0["at"]) }
        result.acknowledgements = try database.rows(
            "SELECT * FROM critical_result_acknowledgement WHERE result_id = ? ORDER BY node", text
        ).map {
            .init(
                node: try $0["node"], user: try $0["user_name"], name: try $0["display_name"], told: try $0["told"],
                wasReadBack: try $0["was_read_back"], at: try $0["at"], sinceArrival: try $0["since_arrival"])
        }
        return KnownCriticalResult(
            result: result, cameFrom: try row[optional: "came_from"], heardAt: try row["heard_at"],
            settledAt: try row[optional: "settled_at"])
    }
}
