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

/// Measures the load of this node's readers, lets rules about it begin and end to hold, passes on what they name, offers
/// upward what nobody began within its limit, and asks back what lay too long above. A node without a roster and without rules
/// about hours or readers does nothing here.
package struct OverflowService: Service {
    private let flow: FlowContext
    private let clock: any Clock<Duration>
    private let lookEvery: Duration = .seconds(15)
    /// Passed on in one transaction; the rest goes at the next look.
    private static let mostAtOnce = 100
    /// One after the other; then others have their turn.
    private static let mostLooks = 20
    private static let decisionsKept: Duration = .seconds(400 * 24 * 3600)

    package init(_ flow: FlowContext, clock: any Clock<Duration> = ContinuousClock()) {
        self.flow = flow
        self.clock = clock
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    var looks = 1
                    while try await look(), looks < Self.mostLooks { looks += 1 }
                } catch {
                    flow.logger.log(
                        .error, "the backlog cannot be measured; it is tried again", [.error: "\(error.sentence)"])
                }
                do { try await clock.sleep(for: lookEvery) } catch { return }
            }
        }
    }

    /// One look at everything that waits.
    ///
    /// - Returns: whether more is to be passed on than was.
    @discardableResult
    package func look() async throws -> Bool {
        guard flow.node.hasReadingRole, flow.rules.isDynamic || flow.workforce.written != nil else { return false }
        // Thousands of tasks are weighed without holding up what is being written, such as arriving images.
        let look = try await flow.database.read { try weigh(in: $0) }
        let (changed, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let now = flow.clock.now()
            for move in look.moves where try isStillWaiting(move.id, at: now, in: transaction) {
                try StudyAttempt(flow).step(move.id, in: transaction, wakes: &wakes) { wakes in
                    try RoutePlanner(flow).passOn(
                        move.id, by: move.decision, facts: move.facts, opened: look.before.union(look.planned),
                        in: transaction, wakes: &wakes)
                }
            }
            let changed = try flow.routing.set(opened: look.opened, of: flow.rules, at: now, in: transaction)
            try flow.routing.note(look.load, in: transaction)
            if !look.hasMore { try askBack(look.opened, at: now, in: transaction, wakes: &wakes) }
            try flow.routing.prune(decidedBefore: now - Self.decisionsKept, in: transaction)
            return (changed, wakes)
        }
        wakes.ring(flow.signals)
        try await TimeLimitOffers(flow).look()
        for rule in changed.sorted() {
            flow.logger.log(.notice, "a rule about the backlog begins or ends to hold", [.rule: "\(rule)"])
        }
        return look.hasMore
    }

    /// What follows from one snapshot.
    private struct Look {
        var moves: ArraySlice<OverflowPlan<StudyInstanceUID>.Move>
        /// Not all could be passed on at once.
        var hasMore: Bool
        /// The rules about the backlog that held before, hold once everything has moved, and are to hold until the next look.
        var before: Set<String>
        var planned: Set<String>
        var opened: Set<String>
        var load: ReaderLoadReport
    }

    private func weigh(in database: some DatabaseReading) throws -> Look {
        let now = flow.clock.now()
        let readers = LocalReaders(flow)
        let moment = try readers.moment(at: now, in: database)
        let waiting = try readers.waiting(moment, at: now, in: database)
        let before = try flow.routing.opened(in: database)
        let onDuty = moment.duties.map { Set($0.duties.map(\.reader.name)).count }
        let plan = OverflowPlan(
            flow.rules, in: flow.node.topology, candidates: waiting.candidates, minutes: waiting.minutes,
            readers: onDuty, opened: before)
        let moves = plan.moves.prefix(Self.mostAtOnce)
        let hasMore = moves.count < plan.moves.count
        let load = OverflowPlan<StudyInstanceUID>.perReader(hasMore ? waiting.minutes : plan.minutes, onDuty)
        return Look(
            moves: moves, hasMore: hasMore, before: before, planned: plan.opened,
            opened: hasMore ? flow.rules.opened(after: before, at: load) : plan.opened,
            load: ReaderLoadReport(
                node: flow.node.name, minutesPerReader: load, readersOnDuty: onDuty,
                tasks: waiting.tasks - moves.count, at: now))
    }

    /// Somebody may have claimed it since the look.
    private func isStillWaiting(
        _ study: StudyInstanceUID, at now: Timestamp, in transaction: Transaction
    ) throws -> Bool {
        guard let task = try flow.tasks.currentTask(of: study, in: transaction) else { return false }
        return task.isOwned(by: flow.node.name) && task.state == .ready && !task.isHeld(at: now)
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
