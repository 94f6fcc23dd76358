// The overview of a node as JSON and as text.

import Foundation
import Observability
import Relay
import StudyFlow
import Vocabulary

struct StatusRecord: Encodable {
    struct Link: Encodable {
        var node: String
        var direction: String
        var lastHeardAt: String?
        var failingSince: String?
        var eventsWaiting: Int
        var waiting: Int
        var sent: Int
        var parked: Int
        var bytes: Int64
        var bytesPerSecond: Int64?
        var emptyInSeconds: Int?
        var associations: Int?
        var limit: String?
        var oldestAt: String?
        var lastError: String?
    }

    var node: String
    var tier: String
    var version: String
    var now: String
    var freeBytes: Int64
    var totalBytes: Int64
    /// Until images are refused, at the present rate.
    var diskHoursLeft: Int?
    var filesEvicted: Int
    var filesAtFault: Int
    var studies: Int
    var instances: Int
    var bytes: Int64
    var links: [Link]
    var tasks: [String: Int]
    var conflicts: Int
    var quarantined: Int
    var quarantineBytes: Int64
    var parkedEvents: Int
    var parkedDeliveries: Int
    var reportsOutstanding: Int
    var reading: Reading?

    /// Work that runs late, and shifts without anybody.
    struct Reading: Encodable {
        var overdue: Int
        var oldestOverdueSeconds: Int?
        /// Unclaimed, by who sees them.
        var waiting: [String: Int]
        var backlogMinutes: Int
        var readersOnDuty: Int
        var uncoveredShifts: Int
    }

    init(_ overview: NodeOverview) {
        node = overview.node.rawValue
        tier = overview.tier.rawValue
        version = overview.version
        now = overview.now.description
        (freeBytes, totalBytes) = (overview.space.free, overview.space.total)
        diskHoursLeft = overview.files.forecast.hoursLeft
        (filesEvicted, filesAtFault) = (overview.files.files.evicted, overview.files.files.faults)
        (studies, instances) = (overview.storage.studies, overview.storage.instances)
        bytes = overview.storage.bytes
        links = overview.links.map { Link($0, now: overview.now) }
        tasks = Dictionary(uniqueKeysWithValues: overview.worklist.byState.map { ($0.key.rawValue, $0.value) })
        conflicts = overview.unresolvedConflicts.count
        (quarantined, quarantineBytes) = (overview.quarantine.entries, overview.quarantine.bytes)
        parkedEvents = overview.parkedEvents.count
        parkedDeliveries = overview.parkedDeliveries.count
        reportsOutstanding = overview.reportsOutstanding
        reading = overview.alarms.map(Reading.init)
    }

    var text: String {
        var lines = [
            "节点 node       \(node) (\(tier)), \(version), \(now)",
            "归档 archive    \(studies) studies, \(instances) instances, \(TerminalText.bytes(bytes))",
            "磁盘 disk       \(TerminalText.bytes(freeBytes)) free of \(TerminalText.bytes(totalBytes))"
                + (diskHoursLeft.map { ", about \($0) hours left at the present rate" } ?? ""),
            "文件 files      \(filesEvicted) evicted, \(filesAtFault) damaged or missing",
            "任务 tasks      "
                + (tasks.isEmpty
                    ? "none"
                    : tasks.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")),
            "待处理 person   \(parkedDeliveries) deliveries parked, \(parkedEvents) events parked, \(conflicts) conflicts",
            "隔离 refused    \(quarantined) objects in quarantine, \(TerminalText.bytes(quarantineBytes))",
            "报告 reports    \(reportsOutstanding) on their way home",
        ]
        if let reading { lines.append("阅片 reading    \(reading.text)") }
        guard !links.isEmpty else { return lines.joined(separator: "\n") }
        let rows = links.map(\.columns)
        lines += [
            "",
            TerminalText.table(
                [
                    [
                        "链路 link", "direction", "last heard", "waiting", "sent", "parked", "bytes", "速率 rate",
                        "预计 done in", "limit", "at once", "events", "last error",
                    ]
                ] + rows),
        ]
        return lines.joined(separator: "\n")
    }
}

extension StatusRecord.Reading {
    init(_ alarms: AssignmentAlarms) {
        overdue = alarms.tasks.overdue
        oldestOverdueSeconds = alarms.oldestOverdue.map { Int($0.seconds) }
        waiting = Dictionary(uniqueKeysWithValues: alarms.tasks.waiting.map { ($0.key.rawValue, $0.value) })
        backlogMinutes = Int(alarms.backlog.minutes.rounded())
        readersOnDuty = alarms.readersOnDuty.count
        uncoveredShifts = alarms.uncovered.count
    }

    fileprivate var text: String {
        let late = oldestOverdueSeconds.map { ", the oldest by \(TerminalText.span($0))" } ?? ""
        return
            "\(overdue) past their limit\(late), \(backlogMinutes) predicted minutes wait for \(readersOnDuty) on duty, "
            + "\(uncoveredShifts) shifts uncovered this week"
    }
}

extension StatusRecord.Link {
    fileprivate var columns: [String] {
        let rate = bytesPerSecond.map { "\(TerminalText.bytes($0))/s" } ?? "-"
        let wait = emptyInSeconds.map(TerminalText.span) ?? "-"
        let trouble = lastError ?? failingSince.map { "failing since \($0)" } ?? ""
        return [
            node, direction, lastHeardAt ?? "never", String(waiting), String(sent), String(parked),
            TerminalText.bytes(bytes), rate, wait, limit ?? "none", associations.map(String.init) ?? "-",
            String(eventsWaiting), trouble,
        ]
    }

    init(_ link: LinkOverview, now: Timestamp) {
        let counts = link.queue?.counts ?? DeliveryCounts()
        let (bytes, rate) = (link.queue?.bytesWaiting ?? 0, link.queue?.rate?.bytesPerSecond(at: now))
        self.init(
            node: link.peer.rawValue, direction: link.isParent ? "parent" : "child",
            lastHeardAt: link.status?.heardAt.description, failingSince: link.queue?.failingSince?.description,
            eventsWaiting: link.unacknowledgedEvents.count, waiting: counts.held + counts.waiting + counts.sending,
            sent: counts.sent, parked: counts.parked, bytes: bytes, bytesPerSecond: rate,
            emptyInSeconds: rate.flatMap { bytes > 0 ? Int((bytes + $0 - 1) / $0) : nil },
            associations: link.queue?.rate?.associations, limit: link.queue?.rate?.limit?.description,
            oldestAt: link.queue?.oldestCreatedAt?.description, lastError: link.queue?.lastError)
    }
}
