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

    // MARK: Rows nobody looks after

    struct Strays: Hashable, Sendable {
        var added: [NodeName] = []
        var gone: [NodeName] = []
    }

    /// Nodes that are owed something and are no destinations, unless that is known; and those known that are neither.
    func strays(except destinations: [NodeName], in snapshot: some DatabaseReading) throws -> Strays {
        let known: [NodeName] = try snapshot.rows(
            "SELECT destination FROM relay_link WHERE failing_since IS NOT NULL AND failures = 0"
        ).map { try $0["destination"] }
        // From one destination to the next in the index: a distinct over millions of rows would read them all.
        let owed: [NodeName] = try snapshot.rows(
            """
            WITH RECURSIVE owed (name) AS (
                SELECT min(destination) FROM delivery
                UNION ALL
                SELECT (SELECT min(destination) FROM delivery WHERE destination > owed.name) FROM owed
                WHERE owed.name IS NOT NULL)
            SELECT name FROM owed WHERE name IS NOT NULL AND EXISTS (
                SELECT 1 FROM delivery WHERE destination = owed.name AND state IN ('held', 'waiting', 'sending'))
            """
        ).map { try $0["name"] }
        let strays = owed.filter { !destinations.contains($0) }
        return Strays(added: strays.filter { !known.contains($0) }, gone: known.filter { !strays.contains($0) })
    }

    func record(_ strays: Strays, at now: Timestamp, in transaction: Transaction) throws {
        for destination in strays.added {
            try transaction.execute(
                """
                INSERT INTO relay_link (destination, failing_since, failures, last_error) VALUES (?, ?, 0, ?)
                ON CONFLICT (destination) DO UPDATE SET
                    failing_since = coalesce(relay_link.failing_since, excluded.failing_since), failures = 0,
                    next_attempt_at = NULL, last_error = excluded.last_error
                """, destination, now,
                "'\(destination)' is no parent of this node, so nothing is sent there; "
                    + "enter it as a parent in the file of peers, or cancel these deliveries")
        }
        for destination in strays.gone {
            try transaction.execute(
                "UPDATE relay_link SET failing_since = NULL, last_error = NULL WHERE destination = ? AND failures = 0",
                destination)
        }
    }

    // MARK: Rates

    func recordRate(_ rate: LinkRate, to destination: NodeName, in transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO relay_link (destination, bytes_per_second, associations, limit_bits, rate_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (destination) DO UPDATE SET
                bytes_per_second = excluded.bytes_per_second, associations = excluded.associations,
                limit_bits = excluded.limit_bits, rate_at = excluded.rate_at
            """, destination, rate.bytesPerSecond, rate.associations, rate.limit?.bitsPerSecond, rate.at)
    }

    /// As last written, however long ago.
    func rates(in snapshot: some DatabaseReading) throws -> [NodeName: LinkRate] {
        var rates: [NodeName: LinkRate] = [:]
        for row in try snapshot.rows("SELECT * FROM relay_link WHERE rate_at IS NOT NULL") {
            rates[try row["destination"]] = LinkRate(
                bytesPerSecond: try row["bytes_per_second"], associations: try row["associations"],
                limit: try row[optional: "limit_bits", as: Int64.self].map { DataRate(bitsPerSecond: $0) },
                at: try row["rate_at"])
        }
        return rates
    }
}
