// Watches the backlog: what this node has no time for goes on, what nobody above began comes back.

import Audit
import Database
import Logging
import Observability
import Reading
import Roster
import Routing
import ServiceLifecycle
import Vocabulary

/// Measures the load of this node's readers, lets rules about it begin and end to hold, passes on what they name and asks
/// back what lay too long above. A node without a roster and without rules about hours or readers does nothing here.
package struct OverflowService: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private let lookEvery: Duration = .seconds(15)
    /// Passed on in one transaction; the rest goes at the next look.
    private static let mostAtOnce = 100
    private static let decisionsKept: Duration = .seconds(400 * 24 * 3600)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await look() {}
                } catch {
                    flow.logger.log(
                        .error, "the backlog cannot be measured; it is tried again", [.error: "\(error.sentence)"])
                }
                await flow.signals.overflow.wait(atMost: lookEvery, clock: clock)
            }
        }
    }

    /// One look at everything that waits.
    ///
    /// - Returns: whether more is to be passed on than was.
    @discardableResult
    package func look() async throws -> Bool {
        guard flow.node.hasReadingRole, flow.rules.isDynamic || flow.workforce.written != nil else { return false }
        let (hasMore, changed, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let now = flow.clock.now()
            let readers = LocalReaders(flow)
            let moment = try readers.moment(at: now, in: transaction)
            let waiting = try readers.waiting(moment, at: now, in: transaction)
            let before = try flow.routing.opened(in: transaction)
            let onDuty = moment.duties.map { Set($0.duties.map(\.reader.name)).count }
            let plan = OverflowPlan(
                flow.rules, in: flow.node.topology, candidates: waiting.candidates, minutes: waiting.minutes,
                readers: onDuty, opened: before)
            let moves = plan.moves.prefix(Self.mostAtOnce)
            for move in moves {
                try RoutePlanner(flow).passOn(
                    move.id, by: move.decision, facts: move.facts, opened: before.union(plan.opened),
                    in: transaction, wakes: &wakes)
            }
            let isAll = moves.count == plan.moves.count
            let load = OverflowPlan<StudyInstanceUID>.perReader(waiting.minutes, onDuty)
            let opened = isAll ? plan.opened : flow.rules.opened(after: before, at: load)
            let changed = try flow.routing.set(opened: opened, of: flow.rules, at: now, in: transaction)
            try flow.routing.note(
                ReaderLoadReport(
                    node: flow.node.name,
                    minutesPerReader: isAll
                        ? OverflowPlan<StudyInstanceUID>.perReader(plan.minutes, onDuty) : load,
                    readersOnDuty: onDuty, tasks: waiting.tasks - moves.count, at: now), in: transaction)
            if isAll { try askBack(opened, at: now, in: transaction, wakes: &wakes) }
            try flow.routing.prune(decidedBefore: now - Self.decisionsKept, in: transaction)
            return (!isAll, changed, wakes)
        }
        wakes.ring(flow.signals)
        for rule in changed.sorted() {
            flow.logger.log(.notice, "a rule about the backlog begins or ends to hold", [.rule: "\(rule)"])
        }
        return hasMore
    }

    /// Tasks that a rule passed on which does not hold any more, and that nobody above began within its time.
    private func askBack(
        _ opened: Set<String>, at now: Timestamp, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for rule in flow.rules.rules {
            guard let minutes = rule.recallAfter, rule.conditions.backlog == nil || !opened.contains(rule.name) else {
                continue
            }
            let due = now - .seconds(Int64(minutes) * 60)
            for task in try flow.routing.unbegun(by: rule.name, decidedBefore: due, limit: 20, in: transaction) {
                _ = try TaskRecalling(flow).ask(
                    task, reason: "\(minutes) 分钟内无人领取 not begun within \(minutes) minutes",
                    by: .system("overflow"), in: transaction, wakes: &wakes)
            }
        }
    }
}
