// Studies that nothing may be destroyed of.

import Database
import Vocabulary

/// In the ledger. Stateless, like `Catalogue`.
package struct LegalHoldBook: Sendable {
    package init() {}

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    @discardableResult
    package func record(_ hold: LegalHold, in transaction: Transaction) throws -> Bool {
        let decision = hold.decision
        return try transaction.execute(
            """
            INSERT INTO legal_hold (study_instance_uid, is_set, decided_at, node, decided_by, reason)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (study_instance_uid) DO UPDATE SET is_set = excluded.is_set,
                decided_at = excluded.decided_at, node = excluded.node, decided_by = excluded.decided_by,
                reason = excluded.reason
            WHERE legal_hold.decided_at < excluded.decided_at
                OR (legal_hold.decided_at = excluded.decided_at AND legal_hold.node < excluded.node)
            """, hold.study, hold.isSet, decision.at, decision.node, decision.by, decision.reason) == 1
    }

    /// The last decision, whether it set or lifted the hold.
    package func hold(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> LegalHold? {
        try database.row("SELECT * FROM legal_hold WHERE study_instance_uid = ?", study).map { row in
            LegalHold(study: study, isSet: try row["is_set"], decision: try Decision(row: row))
        }
    }

    package func isHeld(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        try hold(of: study, in: database)?.isSet == true
    }
}
