// Whether a study showed anything.

import Database
import Vocabulary

/// The reader's yes or no to "is there a finding?" (阳性). Nobody need say it; what nobody said counts nowhere.
/// Stateless; every function runs in the caller's transaction.
package struct FindingMarkBook: Sendable {
    package init() {}

    package func isPositive(_ task: String, in database: some DatabaseReading) throws -> Bool? {
        try database.row("SELECT is_positive FROM finding_mark WHERE task_id = ?", task)?["is_positive"]
    }

    /// - Parameter isPositive: `nil` takes back what was said.
    package func mark(
        _ task: String, isPositive: Bool?, by user: String, at time: Timestamp, in transaction: Transaction
    ) throws {
        guard let isPositive else {
            try transaction.execute("DELETE FROM finding_mark WHERE task_id = ?", task)
            return
        }
        try transaction.execute(
            """
            INSERT INTO finding_mark (task_id, is_positive, marked_by, marked_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (task_id) DO UPDATE SET is_positive = excluded.is_positive, marked_by = excluded.marked_by,
                marked_at = excluded.marked_at
            """, task, isPositive, user, time)
    }
}

package enum SupervisionSchema {
    package static let migrations: [Migration] = [
        Migration(
            "2026-11-21 create finding_mark",
            """
            CREATE TABLE finding_mark (
                task_id TEXT PRIMARY KEY NOT NULL,
                is_positive BIGINT NOT NULL,
                marked_by TEXT NOT NULL,
                marked_at BIGINT NOT NULL
            );
            CREATE TABLE supervision_month (
                month TEXT PRIMARY KEY NOT NULL,
                computed_at BIGINT NOT NULL,
                figures TEXT NOT NULL
            );
            """)
    ]
}
