// What a study waits for, and who can do something about it.

import Reading
import StudyFlow
import Vocabulary

/// The first thing on the way that isn't done.
struct WaitingFor: Sendable {
    enum Code: String, Codable, Sendable, CaseIterable {
        case images, receipts, link, order, reader, review, report, acknowledgement, person, nothing
    }

    enum Tone: String, Sendable {
        case active, waiting, done, failed
    }

    var code: Code
    /// Of the string catalogue.
    var key: String
    var values: KeyValuePairs<String, any CustomStringConvertible & Sendable> = [:]
    var node: NodeName?
    var since: Timestamp?
    var tone: Tone
    /// Whom it waits for, or who did the last step.
    var who: String?
    /// While images move: how much is left, and how long it takes.
    var left: (bytes: Int64, span: Duration)?

    /// The blocking step by its own name: finer than the code.
    var step: String { String(key.dropFirst("waits.".count)) }

    /// Nobody holds the task.
    var isUnclaimed: Bool {
        ["reader", "readerAbove", "assigned", "nobodyOnDuty", "review", "recalled"].contains(step)
    }

    func text(_ words: Words) -> String {
        let text = values.reduce(words[key]) { $0.replacing("{\($1.key)}", with: $1.value.description) }
        guard let left else { return text }
        return text + " · " + words("waits.left", ["bytes": words.bytes(left.bytes), "span": words.span(left.span)])
    }

    init(_ story: StudyStory) { self = Self.first(story) }

    private init(
        _ code: Code, _ key: String, _ tone: Tone, node: NodeName? = nil, since: Timestamp? = nil,
        values: KeyValuePairs<String, any CustomStringConvertible & Sendable> = [:]
    ) {
        self.code = code
        self.key = key
        self.tone = tone
        self.node = node
        self.since = since
        self.values = values
    }

    private static func first(_ story: StudyStory) -> WaitingFor {
        if story.isAcknowledged { return WaitingFor(.nothing, "waits.nothing", .done) }
        if let report = reportWait(story) { return report }
        if story.journey.waiting.quarantined > 0, !isRead(story) {
            return WaitingFor(
                .person, "waits.quarantined", .failed, node: story.node.name,
                since: story.journey.waiting.quarantinedSince,
                values: ["node": story.node.name, "count": story.journey.waiting.quarantined])
        }
        if let parked = story.hops.first(where: { $0.parked > 0 }) {
            return WaitingFor(
                .person, "waits.parked", .failed, node: parked.node,
                values: ["node": parked.node, "count": parked.parked])
        }
        if let since = story.journey.waiting.barredSince {
            let isMerged = story.journey.waiting.shownIn != nil
            return WaitingFor(.nothing, isMerged ? "waits.merged" : "waits.rejected", .done, since: since)
        }
        if let task = story.journey.task, task.shownState == .returnedForRetake { return retakeWait(task, story) }
        // Once somebody reads it, what is still on its way matters less than the reader.
        if let task = story.journey.task, [.claimed, .preliminary, .final, .released].contains(task.shownState) {
            return taskWait(task, story)
        }
        // Kept for a node below, or fetched to be looked at: nobody here owes it anything.
        if story.journey.task == nil, let passage = story.journey.passage, passage.decision == .custodyCopy,
            passage.settledAt != nil
        {
            return WaitingFor(.nothing, "waits.copy", .done)
        }
        return imagesWait(story) ?? story.journey.task.map { taskWait($0, story) }
            ?? WaitingFor(.images, "waits.task", .waiting)
    }

    private static func isRead(_ story: StudyStory) -> Bool {
        [.final, .released, .delivered, .acknowledged].contains(story.journey.task?.shownState)
    }

    private static func retakeWait(_ task: ReadingTask, _ story: StudyStory) -> WaitingFor {
        guard let known = story.journey.waiting.retake else {
            return WaitingFor(.person, "waits.retake", .failed, values: ["reason": task.reason ?? ""])
        }
        let retake = known.retake
        if let answer = retake.answer {
            var wait = WaitingFor(
                .images, "waits.retakeImages", .active, node: retake.origin, since: known.settledAt,
                values: ["node": retake.origin])
            wait.who = answer.name
            return wait
        }
        var wait = WaitingFor(
            .person, "waits.retakeAt", .failed, node: retake.origin, since: known.heardAt,
            values: ["node": retake.origin, "reason": task.reason ?? retake.note])
        wait.who = retake.requestedByName
        return wait
    }

    private static func reportWait(_ story: StudyStory) -> WaitingFor? {
        guard let report = story.journey.report else { return nil }
        guard report.arrivedAt != nil else {
            return WaitingFor(
                .report, report.lastError == nil ? "waits.reportFetch" : "waits.reportRetry",
                report.lastError == nil ? .active : .failed, node: report.source, since: report.announcedAt,
                values: ["node": report.source])
        }
        if story.isOrigin {
            return WaitingFor(.acknowledgement, "waits.acknowledgement", .done, since: report.arrivedAt)
        }
        let origin = story.journey.origin.originNode
        let isDelivered = story.journey.task?.shownState == .delivered
        return WaitingFor(
            isDelivered ? .acknowledgement : .report, isDelivered ? "waits.acknowledgementAt" : "waits.reportAt",
            isDelivered ? .done : .active, node: origin, since: report.arrivedAt, values: ["node": origin])
    }

    private static func imagesWait(_ story: StudyStory) -> WaitingFor? {
        guard let here = story.hops.first(where: \.isHere) else { return nil }
        if here.state != .arrived {
            if let child = story.journey.origin.viaChild, let silent = story.journey.waiting.childSilentSince {
                return WaitingFor(
                    .link, "waits.childSilent", .failed, node: child, since: silent,
                    values: ["node": child, "arrived": here.arrived, "expected": here.expected ?? here.arrived])
            }
            let key = here.expected == nil ? "waits.receiving" : "waits.receivingOf"
            return WaitingFor(
                .images, key, .active, since: story.journey.study.firstReceivedAt,
                values: ["arrived": here.arrived, "expected": here.expected ?? here.arrived])
        }
        guard let next = story.hops.first(where: { !$0.isHere && $0.state != .safe }) else { return nil }
        let since = story.journey.study.lastReceivedAt
        let downSince = story.journey.waiting.linkFailingSince[next.node]
        if next.queued > 0, next.lastError != nil || (downSince != nil && next.state != .held) {
            return WaitingFor(
                .link, "waits.linkDown", .failed, node: next.node, since: downSince ?? since,
                values: ["node": next.node])
        }
        if next.state == .held {
            return WaitingFor(
                .link, "waits.held", downSince == nil ? .waiting : .failed, node: next.node, since: downSince ?? since,
                values: ["node": next.node])
        }
        if next.queued > 0 {
            var wait = WaitingFor(
                .images, "waits.sending", .active, node: next.node, since: since,
                values: ["node": next.node, "arrived": next.arrived, "expected": next.expected ?? next.arrived])
            wait.left = next.arrivesIn.map { (next.bytesLeft, $0) }
            return wait
        }
        if let owedBy = next.owedBy, owedBy != story.node.name {
            return WaitingFor(
                next.trouble == nil ? .images : .link, next.trouble == nil ? "waits.onward" : "waits.onwardDown",
                next.trouble == nil ? .active : .failed, node: next.node, since: next.owedSince,
                values: ["from": owedBy, "node": next.node])
        }
        guard next.arrived > 0 else { return nil }
        return WaitingFor(
            .receipts, "waits.receipts", .active, node: next.node, since: since, values: ["node": next.node])
    }

    private static func taskWait(_ task: ReadingTask, _ story: StudyStory) -> WaitingFor {
        let facts = story.journey.waiting
        let holder = task.claimedByName ?? task.claimedBy?.displayName
        switch task.shownState {
        case .waitingForImages:
            return task.orderAwaitedUntil == nil
                ? WaitingFor(
                    .images, "waits.imagesAt", .active, node: task.owner, since: task.createdAt,
                    values: ["node": task.owner])
                : WaitingFor(.order, "waits.order", .waiting, since: task.imagesCompleteAt)
        case .offered, .forwarded:
            let node = task.offeredTo ?? task.owner
            let offered = task.parentAskedAt == nil ? "waits.offered" : "waits.offeredLate"
            return WaitingFor(
                .link, facts.linkFailingSince[node] == nil ? offered : "waits.offeredDown",
                facts.linkFailingSince[node] == nil ? .active : .failed, node: node, since: task.changedAt,
                values: ["node": node])
        case .ready where facts.isUncovered:
            return WaitingFor(
                .reader, "waits.nobodyOnDuty", .failed, node: task.owner, since: task.readyAt ?? task.changedAt,
                values: ["node": task.owner])
        case .ready where task.assignedTo != nil && task.isOwned(by: story.node.name):
            return WaitingFor(
                .reader, "waits.assigned", .waiting, node: task.owner, since: task.assignedAt ?? task.readyAt,
                values: ["node": task.owner, "name": task.assignedTo?.displayName ?? ""])
        case .ready where task.parentAskedAt != nil && !task.isOwned(by: story.node.name):
            return WaitingFor(
                .reader, "waits.readerAbove", .waiting, node: task.owner, since: task.parentAskedAt,
                values: ["node": task.owner])
        case .ready:
            return WaitingFor(
                .reader, "waits.reader", .waiting, node: task.owner, since: task.readyAt ?? task.changedAt,
                values: ["node": task.owner])
        case .recalled:
            return WaitingFor(
                .reader, "waits.recalled", .waiting, node: task.owner, since: task.changedAt,
                values: ["node": task.owner])
        case .claimed:
            return WaitingFor(
                .reader, "waits.reading", .active, node: task.owner, since: facts.claimedAt,
                values: ["node": task.owner, "name": holder ?? task.owner.rawValue])
        case .preliminary:
            if let holder {
                return WaitingFor(
                    .review, "waits.reviewing", .active, node: task.owner, since: facts.claimedAt,
                    values: ["node": task.owner, "name": holder])
            }
            var wait = WaitingFor(
                .review, "waits.review", .active, node: task.owner, since: facts.preliminaryAt,
                values: ["node": task.owner])
            wait.who = facts.preliminaryBy
            return wait
        case .final:
            return WaitingFor(
                .report, "waits.releasing", .active, node: task.owner, since: facts.finalAt ?? task.changedAt,
                values: ["node": task.owner])
        case .released:
            return WaitingFor(
                .report, "waits.release", .active, node: task.owner, since: task.releasedAt,
                values: ["node": task.owner])
        case .delivered:
            return WaitingFor(.acknowledgement, "waits.acknowledgement", .done, since: task.deliveredAt)
        case .acknowledged, .cancelled: return WaitingFor(.nothing, "waits.nothing", .done)
        case .returnedForRetake: return retakeWait(task, story)
        }
    }
}
