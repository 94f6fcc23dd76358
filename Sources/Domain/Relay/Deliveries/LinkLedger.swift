// Whether a destination can be reached, kept for pages and across restarts.

import Database
import Vocabulary

/// Writes how the link to each destination does; `DeliveryLedger.summary` reads it.
struct LinkLedger: Sendable {
    func recordFailure(
        _ destination: NodeName, error: String, failures: Int, nextAttemptAt: Timestamp, at now: Timestamp,
        in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO relay_link (destination, failing_since, failures, next_attempt_at, last_error)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (destination) DO UPDATE SET
                failing_since = coalesce(relay_link.failing_since, excluded.failing_since),
                failures = excluded.failures, next_attempt_at = excluded.next_attempt_at,
                last_error = excluded.last_error
            """, destination, now, failures, nextAttemptAt, error)
    }

    func recordSuccess(_ destination: NodeName, in transaction: Transaction) throws {
        try transaction.execute(
            """
            UPDATE relay_link SET failing_since = NULL, failures = 0, next_attempt_at = NULL
            WHERE destination = ? AND failing_since IS NOT NULL
            """, destination)
    }
}
