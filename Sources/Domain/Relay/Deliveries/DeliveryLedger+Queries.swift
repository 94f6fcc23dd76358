// What pages, heartbeats and the command line ask.

import Database
import Vocabulary

extension DeliveryLedger {
    package func delivery(_ id: Int64, in snapshot: some DatabaseReading) throws -> Delivery? {
        try snapshot.row("SELECT * FROM delivery WHERE id = ?", id).map(Delivery.init)
    }

    package func delivery(
        of instance: SOPInstanceUID, to destination: NodeName, in snapshot: some DatabaseReading
    ) throws -> Delivery? {
        try snapshot.row(
            "SELECT * FROM delivery WHERE sop_instance_uid = ? AND destination = ?", instance, destination
        ).map(Delivery.init)
    }

    /// Answered with 0x0000 before `time`, without a receipt since; not asked for since then either. Oldest first.
    package func awaitingReceipt(
        olderThan time: Timestamp, limit: Int = 500, in snapshot: some DatabaseReading
    ) throws -> [Delivery] {
        try snapshot.rows(
            """
            SELECT * FROM delivery
            WHERE state = 'sent' AND sent_at < ? AND (receipt_asked_at IS NULL OR receipt_asked_at < ?)
            ORDER BY sent_at, id LIMIT ?
            """, time, time, limit
        ).map(Delivery.init)
    }

    /// How far a study has come, per destination, by name.
    package func progress(
        of study: StudyInstanceUID, in snapshot: some DatabaseReading
    ) throws -> [DeliveryProgress] {
        let rows = try snapshot.rows(
            """
            SELECT destination, state, count(*) AS instances, sum(size) AS bytes, sum(bytes_carried) AS carried,
                max(last_error) AS last_error, min(created_at) AS oldest
            FROM delivery WHERE study_instance_uid = ? GROUP BY destination, state ORDER BY destination
            """, study)
        var found: [NodeName: DeliveryProgress] = [:]
        for row in rows {
            let destination: NodeName = try row["destination"]
            let state: DeliveryState = try row["state"]
            let bytes: Int64 = try row["bytes"]
            var progress =
                found[destination]
                ?? DeliveryProgress(
                    destination: destination, counts: DeliveryCounts(), bytesTotal: 0, bytesSent: 0, lastError: nil)
            progress.counts[state] = try row["instances"]
            if state != .cancelled { progress.bytesTotal += bytes }
            progress.bytesSent += state == .sent || state == .done ? bytes : try row["carried"]
            if DeliveryState.open.contains(state) {
                let oldest: Timestamp = try row["oldest"]
                progress.oldestOpenAt = min(progress.oldestOpenAt ?? oldest, oldest)
            }
            if state == .parked || (state == .waiting && progress.lastError == nil) {
                progress.lastError = try row[optional: "last_error"] ?? progress.lastError
            }
            found[destination] = progress
        }
        return found.values.sorted { $0.destination < $1.destination }
    }

    /// What is still owed of a study, by destination and by what it waits for; held, waiting and being sent are one.
    package func open(of study: StudyInstanceUID, in snapshot: some DatabaseReading) throws -> [OpenDeliveries] {
        try snapshot.rows(
            """
            SELECT destination, CASE state WHEN 'parked' THEN state WHEN 'sent' THEN state ELSE 'waiting' END AS stage,
                count(*) AS instances, min(created_at) AS oldest, max(last_error) AS last_error,
                max(last_status) AS last_status, min(next_attempt_at) AS next_attempt_at
            FROM delivery WHERE study_instance_uid = ? AND done_at IS NULL GROUP BY destination, stage
            ORDER BY destination, stage
            """, study
        ).map { row in
            OpenDeliveries(
                destination: try row["destination"], state: try row["stage"], instances: try row["instances"],
                oldest: try row["oldest"], lastError: try row[optional: "last_error"],
                lastStatus: try row[optional: "last_status", as: Int.self].map {
                    DIMSEStatus(rawValue: UInt16($0 & 0xFFFF))
                }, nextAttemptAt: try row[optional: "next_attempt_at"])
        }
    }

    /// Destinations that cannot be reached at the moment.
    package func failingLinks(in snapshot: some DatabaseReading) throws -> [NodeName: LinkTrouble] {
        let rows = try snapshot.rows("SELECT * FROM relay_link WHERE failing_since IS NOT NULL")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let trouble = LinkTrouble(
                    failingSince: try row["failing_since"], nextAttemptAt: try row[optional: "next_attempt_at"],
                    lastError: try row[optional: "last_error"])
                return (try row["destination"], trouble)
            })
    }

    /// What each destination is owed. Destinations that are owed nothing, whose link works and never moved, are not listed.
    package func summary(in snapshot: some DatabaseReading) throws -> [DestinationSummary] {
        var found: [NodeName: DestinationSummary] = [:]
        for row in try snapshot.rows(
            """
            SELECT destination, state, count(*) AS instances, sum(size - bytes_carried) AS bytes,
                min(created_at) AS oldest, max(last_error) AS last_error
            FROM delivery WHERE state IN ('held', 'waiting', 'sending', 'sent', 'parked')
            GROUP BY destination, state
            """)
        {
            let destination: NodeName = try row["destination"]
            let state: DeliveryState = try row["state"]
            var summary = found[destination] ?? DestinationSummary(destination)
            summary.counts[state] = try row["instances"]
            if state != .sent {
                if state != .parked { summary.bytesWaiting += try row["bytes"] as Int64 }
                let oldest: Timestamp = try row["oldest"]
                summary.oldestCreatedAt = min(summary.oldestCreatedAt ?? oldest, oldest)
                summary.lastError = try row[optional: "last_error"] ?? summary.lastError
            }
            found[destination] = summary
        }
        for row in try snapshot.rows("SELECT * FROM relay_link WHERE failing_since IS NOT NULL") {
            let destination: NodeName = try row["destination"]
            var summary = found[destination] ?? DestinationSummary(destination)
            summary.failingSince = try row[optional: "failing_since"]
            summary.nextAttemptAt = try row[optional: "next_attempt_at"]
            summary.lastError = try row[optional: "last_error"] ?? summary.lastError
            found[destination] = summary
        }
        for (destination, rate) in try LinkLedger().rates(in: snapshot) {
            found[destination, default: DestinationSummary(destination)].rate = rate
        }
        return found.values.sorted { $0.destination < $1.destination }
    }

    /// Deliveries in the order in which they are sent.
    package func list(
        _ filter: DeliveryFilter, limit: Int = 100, offset: Int = 0, in snapshot: some DatabaseReading
    ) throws -> DeliveryPage {
        var conditions = ["state IN (\(filter.states.map { _ in "?" }.joined(separator: ", ")))"]
        var arguments: [(any DatabaseBindable)?] = filter.states
        if let destination = filter.destination {
            conditions.append("destination = ?")
            arguments.append(destination)
        }
        if let study = filter.study {
            conditions.append("study_instance_uid = ?")
            arguments.append(study)
        }
        if filter.retrying { conditions.append("attempts > 0 AND state = 'waiting'") }
        let condition = conditions.joined(separator: " AND ")
        let total: Int =
            try snapshot.rows("SELECT count(*) AS total FROM delivery WHERE \(condition)", arguments: arguments)
            .first?["total"] ?? 0
        let rows = try snapshot.rows(
            """
            SELECT * FROM delivery WHERE \(condition)
            ORDER BY destination, priority, study_queued_at, id LIMIT ? OFFSET ?
            """, arguments: arguments + [limit, offset])
        return DeliveryPage(deliveries: try rows.map(Delivery.init), total: total)
    }
}

extension DestinationSummary {
    /// Owed nothing, and no trouble known.
    package init(_ destination: NodeName) {
        self.init(
            destination: destination, counts: DeliveryCounts(), bytesWaiting: 0, oldestCreatedAt: nil, lastError: nil,
            failingSince: nil, nextAttemptAt: nil, rate: nil)
    }
}
