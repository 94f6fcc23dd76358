// The links above, as far as they are known here.

import Database
import Relay
import Vocabulary

package struct Uplinks: Sendable {
    /// A link that works is heard of well within this time.
    static let silence: Duration = .seconds(120)

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Our own links up first, then what our parents said about those above them. Cheap: it looks at links, not at queues.
    package func reports(in database: some DatabaseReading) throws -> [UplinkReport] {
        guard !flow.node.parents.isEmpty else { return [] }
        let failing = try flow.deliveries.failingLinks(in: database)
        let statuses = try flow.peerStatuses(in: database).filter { flow.node.parents.contains($0.peer) }
        let own = flow.node.parents.map { parent in
            report(parent, status: statuses.first { $0.peer == parent }, failing: failing[parent])
        }
        return own + statuses.flatMap { $0.heartbeat?.uplinks ?? [] }
    }

    private func report(_ parent: NodeName, status: PeerStatus?, failing: LinkTrouble?) -> UplinkReport {
        var report = UplinkReport(from: flow.node.name, to: parent, tier: status?.heartbeat?.tier)
        if let failing {
            report.failingSince = failing.failingSince
            report.trouble = Trouble(status: nil, sentence: failing.lastError) ?? .unknown
        } else if let heard = status?.heardAt, flow.clock.now().elapsed(since: heard) > Self.silence {
            report.failingSince = heard
            report.trouble = .silent
        }
        return report
    }
}
