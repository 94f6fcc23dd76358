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
    /// While images move: how much is left, and how long it takes.
    var left: (bytes: Int64, span: Duration)?

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
        if let parked = story.hops.first(where: { $0.parked > 0 }) {
            return WaitingFor(
                .person, "waits.parked", .failed, node: parked.node,
                values: ["node": parked.node, "count": parked.parked])
        }
        if let task = story.journey.task, task.state == .returnedForRetake || task.shownState == .returnedForRetake {
            return WaitingFor(.person, "waits.retake", .failed, values: ["reason": task.reason ?? ""])
        }
        // Once somebody reads it, what is still on its way matters less than the reader.
        if let task = story.journey.task, [.claimed, .preliminary, .final, .released].contains(task.shownState) {
            return taskWait(task, story)
        }
        return imagesWait(story) ?? story.journey.task.map { taskWait($0, story) }
            ?? WaitingFor(.images, "waits.task", .waiting)
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
            let key = here.expected == nil ? "waits.receiving" : "waits.receivingOf"
            return WaitingFor(
                .images, key, .active, since: story.journey.study.firstReceivedAt,
                values: ["arrived": here.arrived, "expected": here.expected ?? here.arrived])
        }
        guard let next = story.hops.first(where: { !$0.isHere && $0.state != .safe }) else { return nil }
        let since = story.journey.study.lastReceivedAt
        if next.lastError != nil, next.queued > 0 {
            return WaitingFor(
                .link, "waits.linkDown", .failed, node: next.node, since: since, values: ["node": next.node])
        }
        if next.state == .held {
            return WaitingFor(.link, "waits.held", .waiting, node: next.node, since: since, values: ["node": next.node])
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
        let reader = task.claimedByName ?? task.claimedBy?.displayName
        switch task.shownState {
        case .waitingForImages:
            return task.orderAwaitedUntil == nil
                ? WaitingFor(.images, "waits.imagesAt", .active, node: task.owner, values: ["node": task.owner])
                : WaitingFor(.order, "waits.order", .waiting, since: task.imagesCompleteAt)
        case .offered, .forwarded:
            let node = task.offeredTo ?? task.owner
            return WaitingFor(
                .link, "waits.offered", .active, node: node, since: task.changedAt, values: ["node": node])
        case .ready, .recalled:
            return WaitingFor(
                .reader, "waits.reader", .waiting, node: task.owner, since: task.readyAt, values: ["node": task.owner])
        case .claimed:
            return WaitingFor(
                .reader, "waits.reading", .active, node: task.owner,
                values: ["node": task.owner, "name": reader ?? task.owner.rawValue])
        case .preliminary:
            return WaitingFor(.review, "waits.review", .active, node: task.owner, values: ["node": task.owner])
        case .final, .released:
            return WaitingFor(.report, "waits.release", .active, node: task.owner, values: ["node": task.owner])
        case .delivered: return WaitingFor(.acknowledgement, "waits.acknowledgement", .done)
        case .acknowledged, .cancelled: return WaitingFor(.nothing, "waits.nothing", .done)
        case .returnedForRetake:
            return WaitingFor(.person, "waits.retake", .failed, values: ["reason": task.reason ?? ""])
        }
    }
}
