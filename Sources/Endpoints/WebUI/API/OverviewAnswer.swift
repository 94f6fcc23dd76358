// The state of a node as the JSON API tells it.

import Archive
import Outbox
import Relay
import StudyFlow
import Vocabulary

struct OverviewAnswer: Encodable, Sendable {
    struct Counts: Encodable, Sendable {
        var studies: Int
        var instances: Int
        var bytes: Int64
    }

    struct Tasks: Encodable, Sendable {
        var ready: Int
        var claimed: Int
        var preliminary: Int
    }

    var node: NodeName
    var tier: Tier
    var version: String
    var now: String
    var disk: DiskAnswer
    var damagedFiles: [DamagedFileAnswer]
    var queues: [QueueAnswer]
    var links: [LinkAnswer]
    var conflicts: [ConflictAnswer]
    var quarantine: QuarantineTotalsAnswer
    var parkedEvents: [ParkedEventAnswer]
    var parkedDeliveries: [DeliveryAnswer]
    /// Carried in ranges, and not whole yet.
    var deliveriesInRanges: [DeliveryAnswer]
    var tasks: Tasks
    var reportsOutstanding: Int
    var watchedFolders: [WatchedFolderAnswer]
    var refusedFiles: [RefusedFileAnswer]
    var counts: Counts

    init(_ overview: NodeOverview) {
        node = overview.node
        tier = overview.tier
        version = overview.version
        now = overview.now.description
        disk = DiskAnswer(overview.files)
        damagedFiles = overview.files.troubles.map(DamagedFileAnswer.init)
        queues = QueueAnswer.answers(overview.links, now: overview.now)
        links = overview.links.map { LinkAnswer($0) }
        conflicts = overview.unresolvedConflicts.map(ConflictAnswer.init)
        quarantine = QuarantineTotalsAnswer(overview.quarantine, within: overview.quarantineBounds)
        parkedEvents = overview.parkedEvents.map(ParkedEventAnswer.init)
        parkedDeliveries = overview.parkedDeliveries.map(DeliveryAnswer.init)
        deliveriesInRanges = overview.deliveriesInRanges.map(DeliveryAnswer.init)
        tasks = Tasks(
            ready: overview.worklist[.ready], claimed: overview.worklist[.claimed],
            preliminary: overview.worklist[.preliminary])
        reportsOutstanding = overview.reportsOutstanding
        watchedFolders = overview.folders.map(WatchedFolderAnswer.init)
        refusedFiles = overview.refusedFiles.map(RefusedFileAnswer.init)
        counts = Counts(
            studies: overview.storage.studies, instances: overview.storage.instances, bytes: overview.storage.bytes)
    }
}

enum LinkState: String, Encodable, Sendable, CaseIterable {
    case up, down, unknown
}

struct QueueAnswer: Encodable, Sendable {
    var node: NodeName
    var state: LinkState
    var waiting: Int
    var sending: Int
    var sent: Int
    var held: Int
    var parked: Int
    var bytes: Int64
    var bytesPerSecond: Int64?
    var emptyInSeconds: Int?
    var associations: Int?
    var limitBitsPerSecond: Int64?
    var oldestAt: String?
    var lastError: String?
    var downSince: String?

    /// A parent has a queue even when nothing was ever owed to it.
    static func answers(_ links: [LinkOverview], now: Timestamp) -> [QueueAnswer] {
        links.filter { $0.isParent || $0.queue != nil }.map { QueueAnswer(to: $0.peer, $0.queue, now: now) }
    }

    private init(to destination: NodeName, _ queue: DestinationSummary?, now: Timestamp) {
        let counts = queue?.counts ?? DeliveryCounts()
        node = destination
        state = queue?.failingSince != nil ? .down : counts.total > 0 ? .up : .unknown
        waiting = counts.waiting
        sending = counts.sending
        sent = counts.sent
        held = counts.held
        parked = counts.parked
        bytes = queue?.bytesWaiting ?? 0
        bytesPerSecond = queue?.rate?.bytesPerSecond(at: now)
        if let bytesPerSecond, bytes > 0 { emptyInSeconds = Int((bytes + bytesPerSecond - 1) / bytesPerSecond) }
        associations = queue?.rate?.associations
        limitBitsPerSecond = queue?.rate?.limit?.bitsPerSecond
        oldestAt = queue?.oldestCreatedAt?.description
        lastError = queue?.lastError
        downSince = queue?.failingSince?.description
    }

    /// Nothing waits, and nothing is wrong.
    var isIdle: Bool { waiting + sending + sent + held + parked == 0 && state != .down }
}

struct LinkAnswer: Encodable, Sendable {
    enum Direction: String, Encodable, Sendable {
        case parent, child
    }

    var node: NodeName
    var direction: Direction
    var state: LinkState
    var downSince: String?
    var lastHeardAt: String?
    var eventsWaiting: Int
    var oldestEventAt: String?
    var clockSkewSeconds: Double?
    var version: String?
    var certificateExpiresAt: String?

    init(_ link: LinkOverview) {
        node = link.peer
        direction = link.isParent ? .parent : .child
        lastHeardAt = link.status?.heardAt.description
        state = link.status == nil ? .unknown : link.silentSince == nil ? .up : .down
        downSince = link.silentSince?.description
        eventsWaiting = link.unacknowledgedEvents.count
        oldestEventAt = link.unacknowledgedEvents.oldest?.description
        version = link.status?.heartbeat?.version
        certificateExpiresAt = link.status?.heartbeat?.certificateExpiresAt?.description
        if let status = link.status, let heartbeat = status.heartbeat {
            clockSkewSeconds = heartbeat.at.elapsed(since: status.heardAt).seconds
        }
    }
}

struct ConflictAnswer: Encodable, Sendable {
    var id: String
    var studyInstanceUID: StudyInstanceUID
    var sopInstanceUID: SOPInstanceUID
    var reason: String
    var sender: String
    var at: String
    var times: Int

    init(_ conflict: Conflict) {
        id = conflict.id.uuidString.lowercased()
        studyInstanceUID = conflict.studyInstanceUID
        sopInstanceUID = conflict.sopInstanceUID
        reason = conflict.reason.rawValue
        sender = conflict.sender.name
        at = conflict.lastAt.description
        times = conflict.times
    }
}

struct ParkedEventAnswer: Encodable, Sendable {
    var id: String
    var type: String
    var peer: NodeName
    var reason: String
    var attempts: Int
    var at: String

    init(_ event: ParkedEvent) {
        id = event.id.uuidString.lowercased()
        type = event.envelope.type
        peer = event.peer
        reason = event.reason
        attempts = event.attempts
        at = event.parkedAt.description
    }
}

struct DeliveryAnswer: Encodable, Sendable {
    var id: Int64
    var node: NodeName
    var studyInstanceUID: StudyInstanceUID
    var sopInstanceUID: SOPInstanceUID
    var priority: Priority
    var state: DeliveryState
    var attempts: Int
    var interruptions: Int
    var bytes: Int64
    /// Bytes that the destination keeps of an instance carried in ranges.
    var bytesCarried: Int64
    var nextAttemptAt: String?
    var lastStatus: String?
    var lastError: String?
    var createdAt: String

    init(_ delivery: Delivery) {
        id = delivery.id
        node = delivery.destination
        studyInstanceUID = delivery.study
        sopInstanceUID = delivery.sopInstance
        priority = delivery.priority
        state = delivery.state
        attempts = delivery.attempts
        interruptions = delivery.interruptions
        bytes = delivery.size
        bytesCarried = delivery.bytesCarried
        nextAttemptAt = delivery.nextAttemptAt?.description
        lastStatus = delivery.lastStatus?.description
        lastError = delivery.lastError
        createdAt = delivery.createdAt.description
    }
}
