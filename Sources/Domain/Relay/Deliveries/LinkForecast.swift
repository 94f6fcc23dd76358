// When a study will have gone over a link.

import Database
import Vocabulary

/// What one study still owes to one destination.
package struct StudyBacklog: Hashable, Sendable {
    package var destination: NodeName
    package var study: StudyInstanceUID
    /// Of deliveries held, waiting or being sent, as they travel.
    package var bytes: Int64

    package init(destination: NodeName, study: StudyInstanceUID, bytes: Int64) {
        self.destination = destination
        self.study = study
        self.bytes = bytes
    }
}

/// How fast a link was a moment ago, as its daemon wrote it down.
package struct LinkRate: Hashable, Sendable {
    /// A daemon that sends writes more often than this.
    package static let freshness = Duration.seconds(15)

    package var bytesPerSecond: Int64
    /// How many associations the link is worth.
    package var associations: Int
    /// In force when it was measured; `nil`: none.
    package var limit: DataRate?
    package var at: Timestamp

    package init(bytesPerSecond: Int64, associations: Int, limit: DataRate?, at: Timestamp) {
        self.bytesPerSecond = bytesPerSecond
        self.associations = associations
        self.limit = limit
        self.at = at
    }

    /// `nil` when nobody has measured for a while, or nothing moved.
    package func bytesPerSecond(at now: Timestamp) -> Int64? {
        bytesPerSecond > 0 && now.elapsed(since: at) < Self.freshness ? bytesPerSecond : nil
    }
}

/// Times of arrival: what stands before a study in the queue, and the study itself, at the link's present rate.
package struct LinkForecast: Hashable, Sendable {
    private struct Way: Hashable {
        var destination: NodeName
        var study: StudyInstanceUID
    }

    private var arrivals: [Way: Duration] = [:]

    /// - Parameters:
    ///   - backlog: in the order in which it is sent.
    ///   - rates: in bytes per second; a destination without one gets no forecast.
    package init(_ backlog: [StudyBacklog] = [], rates: [NodeName: Int64] = [:]) {
        var ahead: [NodeName: Int64] = [:]
        for item in backlog {
            guard let rate = rates[item.destination], rate > 0 else { continue }
            ahead[item.destination, default: 0] += item.bytes
            let seconds = Double(ahead[item.destination] ?? 0) / Double(rate)
            arrivals[Way(destination: item.destination, study: item.study)] = .seconds(seconds)
        }
    }

    /// How long until the last of the study has been sent; `nil` when nothing moves.
    package func arrival(of study: StudyInstanceUID, at destination: NodeName) -> Duration? {
        arrivals[Way(destination: destination, study: study)]
    }
}

extension DeliveryLedger {
    /// For all links that are moving just now.
    package func forecast(at now: Timestamp, in snapshot: some DatabaseReading) throws -> LinkForecast {
        let rates = try LinkLedger().rates(in: snapshot).compactMapValues { $0.bytesPerSecond(at: now) }
        guard !rates.isEmpty else { return LinkForecast() }
        return LinkForecast(try backlog(in: snapshot), rates: rates)
    }

    /// Studies that are not wholly sent, in the order in which they are.
    package func backlog(in snapshot: some DatabaseReading) throws -> [StudyBacklog] {
        try snapshot.rows(
            """
            SELECT destination, study_instance_uid, sum(coalesce(sent_size, size)) AS bytes, min(priority) AS urgency,
                min(study_queued_at) AS queued_at, min(id) AS first_id
            FROM delivery WHERE state IN ('held', 'waiting', 'sending')
            GROUP BY destination, study_instance_uid ORDER BY destination, urgency, queued_at, first_id
            """
        ).map {
            StudyBacklog(
                destination: try $0["destination"], study: try $0["study_instance_uid"], bytes: try $0["bytes"])
        }
    }
}
