// Which study shows what.

import Database
import Vocabulary

/// Merged studies and moved series, in the ledger. Stateless, like `Catalogue`; after each change `ShownBook.refresh` makes it
/// visible.
package struct StudyMap: Sendable {
    package init() {}

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    @discardableResult
    package func record(_ move: StudyMove, in transaction: Transaction) throws -> Bool {
        let decision = move.decision
        guard let series = move.series else {
            return try transaction.execute(
                """
                INSERT INTO study_merge (source_study, target_study, decided_at, node, decided_by, reason)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (source_study) DO UPDATE SET target_study = excluded.target_study,
                    decided_at = excluded.decided_at, node = excluded.node, decided_by = excluded.decided_by,
                    reason = excluded.reason
                WHERE study_merge.decided_at < excluded.decided_at
                    OR (study_merge.decided_at = excluded.decided_at AND study_merge.node < excluded.node)
                """, move.source, move.target, decision.at, decision.node, decision.by, decision.reason) == 1
        }
        return try transaction.execute(
            """
            INSERT INTO series_move (source_study, series_instance_uid, target_study, decided_at, node, decided_by, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_study, series_instance_uid) DO UPDATE SET
                target_study = excluded.target_study, decided_at = excluded.decided_at, node = excluded.node,
                decided_by = excluded.decided_by, reason = excluded.reason
            WHERE series_move.decided_at < excluded.decided_at
                OR (series_move.decided_at = excluded.decided_at AND series_move.node < excluded.node)
            """, move.source, series, move.target, decision.at, decision.node, decision.by, decision.reason) == 1
    }

    /// The merge that stands for a study, undone or not.
    package func merge(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyMove? {
        try database.row("SELECT * FROM study_merge WHERE source_study = ?", study).map { try StudyMove(row: $0) }
    }

    /// The moves of a study's series, undone or not.
    package func moves(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [StudyMove] {
        try database.rows("SELECT * FROM series_move WHERE source_study = ? ORDER BY series_instance_uid", study)
            .map { try StudyMove(row: $0, series: try $0["series_instance_uid"]) }
    }

    /// Studies that something of is shown in `study`, or should be.
    package func sources(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [StudyInstanceUID] {
        try database.rows(
            """
            SELECT source_study FROM study_merge WHERE target_study = ?
            UNION SELECT source_study FROM series_move WHERE target_study = ? ORDER BY source_study
            """, study, study
        ).map { try $0["source_study"] }
    }

    /// Where a study that was merged is shown: the end of the chain. Of studies merged in a ring, as two nodes may do at once,
    /// the one with the least UID shows all: every node finds the same.
    package func shown(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> StudyInstanceUID {
        var chain = [study]
        while let target = try merge(of: chain[chain.count - 1], in: database)?.target {
            if let start = chain.firstIndex(of: target) { return chain[start...].min() ?? target }
            guard try canShow(chain[chain.count - 1], in: target, database) else { break }
            chain.append(target)
        }
        return chain[chain.count - 1]
    }

    /// What is shown in a study that is not here can't be shown: until it comes, everything stays where it was. Another
    /// hospital's study never shows it, whoever says so.
    func canShow(
        _ source: StudyInstanceUID, in target: StudyInstanceUID, _ database: some DatabaseReading
    ) throws -> Bool {
        try database.row(
            """
            SELECT 1 FROM study AS source JOIN study AS target ON target.issuer = source.issuer
            WHERE source.study_instance_uid = ? AND target.study_instance_uid = ?
            """, source, target) != nil
    }

    /// Any of its rows names the study.
    package func concerns(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try database.row(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM study_merge WHERE source_study = ?)
                OR EXISTS (SELECT 1 FROM study_merge WHERE target_study = ?)
                OR EXISTS (SELECT 1 FROM series_move WHERE source_study = ?)
                OR EXISTS (SELECT 1 FROM series_move WHERE target_study = ?)
            """, study, study, study, study) != nil
    }
}

extension StudyMove {
    init(row: Row, series: SeriesInstanceUID? = nil) throws {
        self.init(
            source: try row["source_study"], series: series, target: try row[optional: "target_study"],
            decision: try Decision(row: row))
    }
}

extension Decision {
    init(row: Row) throws {
        self.init(
            at: try row["decided_at"], node: try row["node"], by: try row["decided_by"], reason: try row["reason"])
    }
}
