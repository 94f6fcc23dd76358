// What exactly is owed about one study.

import Archive
import Database
import Foundation
import Outbox
import Reading
import Relay
import Vocabulary

/// Fills the lines of one page; what all of them need is read once.
struct ObligationDetails {
    private let flow: FlowContext
    private let now: Timestamp
    private let uplinks: [UplinkReport]
    private let links: [NodeName: LinkTrouble]

    init(_ flow: FlowContext, in database: some DatabaseReading) throws {
        self.flow = flow
        now = flow.clock.now()
        uplinks = try Uplinks(flow).reports(in: database)
        links = try flow.deliveries.failingLinks(in: database)
    }

    private var here: NodeName { flow.node.name }

    func group(_ line: ObligationBook.Line, in database: some DatabaseReading) throws -> ObligationGroup {
        guard let study = line.study else {
            let obligation = try line.kind == "events" ? events(line) : parkedEvent(line, in: database)
            return ObligationGroup(
                study: nil, record: nil, priority: .routine, since: line.since, obligations: [obligation])
        }
        var found = try deliveries(study, in: database)
        found += try onward(study, in: database)
        found += try incoming(study, in: database)
        found += try task(study, in: database)
        found += try conflicts(study, in: database)
        found += try stuck(study, in: database)
        let order = Obligation.Kind.allCases
        found.sort { (order.firstIndex(of: $0.kind) ?? 0, $0.since) < (order.firstIndex(of: $1.kind) ?? 0, $1.since) }
        return ObligationGroup(
            study: study, record: try flow.catalogue.study(study, in: database),
            priority: try flow.passages.passage(of: study, in: database)?.priority ?? .routine, since: line.since,
            obligations: found)
    }

    // MARK: Images

    private func deliveries(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        try flow.deliveries.open(of: study, in: database).map { open in
            let kind: Obligation.Kind = open.state == .parked ? .parked : open.state == .sent ? .receipts : .images
            var obligation = Obligation(
                kind, study: study, from: here, to: open.destination, count: open.instances, since: open.oldest)
            obligation.isConfigured = flow.node.parents.contains(open.destination)
            let link = links[open.destination]
            obligation.lastError = kind == .images ? link?.lastError ?? open.lastError : open.lastError
            obligation.trouble = Trouble(
                status: kind == .parked || link == nil ? open.lastStatus : nil, sentence: obligation.lastError)
            obligation.nextAttemptAt = link?.nextAttemptAt ?? open.nextAttemptAt
            // A receipt comes back over the node link, which may be down while DICOM is not.
            if obligation.trouble == nil {
                obligation.trouble = uplinks.first { $0.from == here && $0.to == open.destination }?.trouble
            }
            return obligation
        }
    }

    private func onward(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        let hops = try flow.onwardHops.hops(of: study, in: database).filter { $0.provenAt == nil }
        guard !hops.isEmpty else { return [] }
        let expected = try flow.catalogue.study(study, in: database)?.acquiredCount ?? 0
        let safe = try flow.receipts.safeAt(study, in: database)
        return hops.map { hop in
            let held = safe.first { $0.node == hop.to }?.instances ?? 0
            var obligation = Obligation(
                .onward, study: study, from: hop.from, to: hop.to, count: max(1, expected - held), since: hop.since)
            obligation.trouble = uplinks.first { $0.from == hop.from && $0.to == hop.to }?.trouble
            return obligation
        }
    }

    private func incoming(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        guard let passage = try flow.passages.passage(of: study, in: database), passage.settledAt == nil,
            passage.lastInstanceAt <= now - ObligationBook.incomingGrace,
            let child = try flow.catalogue.origin(of: study, in: database)?.viaChild
        else { return [] }
        let progress = try flow.manifests.progress(of: study, in: database)
        let missing = (progress?.expected ?? 0) - (progress?.arrived ?? 0)
        var obligation = Obligation(
            .incoming, study: study, from: child, to: here, count: max(1, missing), since: passage.lastInstanceAt)
        obligation.isConfigured = flow.node.children.contains(child)
        return [obligation]
    }

    private func conflicts(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        let open = try flow.conflicts.list(of: study, in: database).filter { $0.resolvedAt == nil }
        guard let oldest = open.map(\.firstAt).min() else { return [] }
        var obligation = Obligation(.conflict, study: study, from: here, to: here, count: open.count, since: oldest)
        obligation.trouble = open.contains { $0.reason == .otherIssuer } ? .otherHospital : .otherBytes
        if open.count == 1 { obligation.reference = open[0].id.uuidString.lowercased() }
        return [obligation]
    }

    private func stuck(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        guard let trouble = try flow.troubles.trouble(of: study, in: database) else { return [] }
        var obligation = Obligation(.stuck, study: study, from: here, to: here, since: trouble.since)
        obligation.lastError = trouble.reason
        obligation.trouble = Trouble(status: nil, sentence: trouble.reason)
        obligation.nextAttemptAt = trouble.nextAttemptAt
        return [obligation]
    }

    // MARK: Reading

    private func task(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> [Obligation] {
        guard let task = try flow.tasks.currentTask(of: study, in: database), task.acknowledgedAt == nil else {
            return []
        }
        let report = try ReportHomecoming(flow).report(of: task.id, in: database)
        guard var obligation = debt(of: task, report, study) else { return [] }
        obligation.reference = task.id.rawValue
        return [obligation]
    }

    private func debt(
        of task: ReadingTask, _ report: HomecomingReport?, _ study: StudyInstanceUID
    ) -> Obligation? {
        if let report, report.arrivedAt == nil {
            var obligation = Obligation(
                .reportFetch, study: study, from: report.source, to: here, since: report.announcedAt)
            obligation.lastError = report.lastError
            obligation.trouble = Trouble(status: nil, sentence: report.lastError)
            obligation.nextAttemptAt = report.nextAttemptAt
            return obligation
        }
        let isSettled = task.changedAt <= now - ObligationBook.grace
        switch task.shownState {
        case .released where task.deliveredAt != nil, .delivered:
            return Obligation(
                .acknowledgement, study: study, from: task.origin, to: task.origin,
                since: task.deliveredAt ?? task.changedAt)
        // Offered further up by the node that owns it: that is its owner's to chase.
        case .offered where isSettled && task.state == .offered:
            let to = task.offeredTo ?? here
            var obligation = Obligation(.offer, study: study, from: to, to: here, since: task.changedAt)
            obligation.trouble = uplinks.first { $0.from == here && $0.to == to }?.trouble
            return obligation
        case .returnedForRetake:
            return Obligation(.retake, study: study, from: task.origin, to: task.owner, since: task.changedAt)
        case .final where isSettled, .released where isSettled:
            return Obligation(
                .reportDelivery, study: study, from: task.owner, to: task.origin,
                since: task.releasedAt ?? task.changedAt)
        case .ready, .claimed, .preliminary, .recalled:
            guard task.createdAt <= now - ObligationBook.readingLimit(task.priority) else { return nil }
            return Obligation(.reading, study: study, from: task.owner, to: task.origin, since: task.createdAt)
        default: return nil
        }
    }

    // MARK: Events

    private func events(_ line: ObligationBook.Line) throws -> Obligation {
        let peer = NodeName(rawValue: line.reference) ?? here
        var obligation = Obligation(.events, from: here, to: peer, since: line.since)
        obligation.isConfigured = (flow.node.parents + flow.node.children).contains(peer)
        obligation.trouble = uplinks.first { $0.from == here && $0.to == peer }?.trouble
        return obligation
    }

    private func parkedEvent(
        _ line: ObligationBook.Line, in database: some DatabaseReading
    ) throws -> Obligation {
        let row = try database.row("SELECT peer, reason FROM parked_event WHERE id = ?", line.reference)
        var obligation = Obligation(
            .parkedEvent, from: here, to: try row?["peer"] ?? here, since: line.since)
        obligation.reference = line.reference.lowercased()
        obligation.lastError = try row?["reason"]
        return obligation
    }
}
