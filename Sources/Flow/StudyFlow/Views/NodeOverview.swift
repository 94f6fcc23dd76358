// How this node is doing, for the operator's page, `jieli status` and the metrics.

import Archive
import Database
import Outbox
import Reading
import Relay
import Vocabulary

/// One neighbour: what waits for it and when it was last heard.
package struct LinkOverview: Hashable, Sendable {
    package var peer: NodeName
    package var isParent: Bool
    package var status: PeerStatus?
    /// Deliveries to it; `nil` for a child.
    package var queue: DestinationSummary?
    package var unacknowledgedEvents: OutboxBacklog
    /// Since when the neighbour is not heard any more; `nil` while it is.
    package var silentSince: Timestamp?
}

package struct NodeOverview: Hashable, Sendable {
    package var node: NodeName
    package var tier: Tier
    package var version: String
    package var now: Timestamp
    package var space: FreeSpace
    package var storage: StorageTotals
    package var files: StorageOverview
    package var links: [LinkOverview]
    package var worklist: WorklistCounts
    package var unresolvedConflicts: [Conflict]
    /// Refused for their bytes, and waiting for a person.
    package var quarantine = QuarantineTotals()
    package var quarantineBounds = QuarantineBounds()
    package var parkedEvents: [ParkedEvent]
    package var parkedDeliveries: [Delivery]
    /// Carried in ranges, and not whole yet.
    package var deliveriesInRanges: [Delivery]
    /// Reports announced from above that are not here yet.
    package var reportsOutstanding: Int
    package var folders: [WatchedFolderState] = []
    /// The newest; `refusedFileCount` of them in all.
    package var refusedFiles: [RefusedFile] = []
    package var refusedFileCount = 0
    /// Work that runs late, and shifts without anybody; `nil` where nobody reads.
    package var alarms: AssignmentAlarms?
}

package struct NodeViews: Sendable {
    let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func overview() async throws -> NodeOverview {
        let space = try flow.store.freeSpace()
        return try await flow.database.read { snapshot in
            let now = flow.clock.now()
            let statuses = try flow.peerStatuses(in: snapshot)
            let queues = try flow.deliveries.summary(in: snapshot)
            let neighbours = flow.node.parents + flow.node.children
            // What is owed to a node that is no neighbour any more must not be forgotten.
            let strangers = queues.map(\.destination).filter { !neighbours.contains($0) }
            let links = try (neighbours + strangers).map { peer in
                let isParent = flow.node.parents.contains(peer)
                let status = statuses.first { $0.peer == peer }
                return LinkOverview(
                    peer: peer, isParent: isParent, status: status,
                    // A queue that is empty is worth seeing.
                    queue: queues.first { $0.destination == peer } ?? (isParent ? DestinationSummary(peer) : nil),
                    unacknowledgedEvents: try flow.outbox.backlog(for: peer, in: snapshot),
                    silentSince: LinkSilence.since(status?.heardAt, now: now))
            }
            let refused = try flow.folders.refused(limit: 50, in: snapshot)
            return NodeOverview(
                node: flow.node.name, tier: flow.node.tier, version: FlowVersion.current, now: now, space: space,
                storage: try flow.catalogue.totals(in: snapshot),
                files: try StorageViews(flow).overview(space, in: snapshot), links: links,
                worklist: try flow.worklist.counts(in: snapshot),
                unresolvedConflicts: try flow.conflicts.list(in: snapshot),
                quarantine: try flow.quarantine.totals(in: snapshot), quarantineBounds: flow.node.storage.quarantine,
                parkedEvents: try flow.inbox.parked(in: snapshot),
                parkedDeliveries: try flow.deliveries.list(DeliveryFilter(states: [.parked]), in: snapshot).deliveries,
                deliveriesInRanges: try flow.deliveries.inRanges(limit: 50, in: snapshot),
                reportsOutstanding: try ReportHomecoming(flow).outstanding(at: now, in: snapshot).count,
                folders: try flow.folders.folders(in: snapshot), refusedFiles: refused.files,
                refusedFileCount: refused.total,
                alarms: flow.node.hasReadingRole ? try alarms(in: snapshot) : nil)
        }
    }
}
