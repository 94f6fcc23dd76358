// A clock that ran ahead and was put right.

import Database
import Vocabulary

extension DeliveryLedger {
    /// What was sent or asked for after `now` was sent now; what is to be tried after `latest`, later than any pause
    /// allows, may be tried at once.
    ///
    /// - Returns: how many deliveries would have waited for a moment to come.
    package func drawBack(
        to now: Timestamp, attemptsAfter latest: Timestamp, in transaction: Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE delivery SET next_attempt_at = NULL
            WHERE state = 'waiting' AND next_attempt_at IS NOT NULL AND next_attempt_at > ?
            """, latest)
            + transaction.execute("UPDATE delivery SET sent_at = ? WHERE state = 'sent' AND sent_at > ?", now, now)
            + transaction.execute(
                "UPDATE delivery SET receipt_asked_at = ? WHERE state = 'sent' AND receipt_asked_at > ?", now, now)
    }
}
