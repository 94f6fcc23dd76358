// The links above, as far as they are known here.

import Database
import Relay
import Vocabulary

package struct Uplinks: Sendable {
    /// A link that works is heard of well within this time.
    static let silence: Duration = .seconds(120)

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Our own links up first, then what our parents said about those above them.
    package func reports(
        _ queues: [DestinationSummary], in database: some DatabaseReading
    ) throws -> [UplinkReport] {
        let statuses = try flow.peerStatuses(in: database).filter { flow.node.parents.contains($0.peer) }
        let own = flow.node.parents.map { parent in
            report(
                parent, status: statuses.first { $0.peer == parent },
                queue: queues.first { $0.destination == parent })
        }
        return own + statuses.flatMap { $0.heartbeat?.uplinks ?? [] }
    }

    package func reports(in database: some DatabaseReading) throws -> [UplinkReport] {
        try reports(flow.deliveries.summary(in: database), in: database)
    }

    private func report(_ parent: NodeName, status: PeerStatus?, queue: DestinationSummary?) -> UplinkReport {
        var report = UplinkReport(from: flow.node.name, to: parent, tier: status?.heartbeat?.tier)
        if let since = queue?.failingSince {
            report.failingSince = since
            report.trouble = Trouble(status: nil, sentence: queue?.lastError) ?? .unknown
        } else if let heard = status?.heardAt, flow.clock.now().elapsed(since: heard) > Self.silence {
            report.failingSince = heard
            report.trouble = .silent
        }
        return report
    }
}
