// What nobody here began within its time limit is offered upward by the clock.

import Database
import Reading
import Routing
import Vocabulary

/// The last widening of a list: the parent is asked to read the task, once, by the same offer and accept as any other
/// task that passes on. Only a parent that reads, is heard and has more time than this node is asked; what is claimed or
/// wished to be read here stays. What nobody there has begun is asked back as soon as somebody here may read it again.
struct TimeLimitOffers: Sendable {
    /// Offered in one look: the parent sees what it takes on before it is asked for more.
    private static let mostAtOnce = 20
    private static let mostLookedAt = 1000
    /// Somebody above must begin within this time, or else it comes back where it can be read here.
    static let recallAfter: Duration = .seconds(1800)

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func look() async throws {
        guard flow.node.hasReadingRole, !flow.node.parents.isEmpty, isWanted else { return }
        let (moves, recalls) = try await flow.database.read { snapshot in
            let now = flow.clock.now()
            let moment = try LocalReaders(flow).moment(at: now, in: snapshot)
            return (try due(moment, at: now, in: snapshot), try unbegun(moment, at: now, in: snapshot))
        }
        guard !moves.isEmpty || !recalls.isEmpty else { return }
        let wakes = try await flow.database.write { transaction in
            var wakes = Wakes()
            let opened = try flow.routing.opened(in: transaction)
            for move in moves {
                try StudyAttempt(flow).step(move.task.study, in: transaction, wakes: &wakes) { wakes in
                    try offer(move, opened: opened, in: transaction, wakes: &wakes)
                }
            }
            for task in recalls {
                _ = try TaskRecalling(flow).ask(
                    task, reason: "上级未领取，本节点可阅 not begun above, and it can be read here",
                    by: .system("time limit"), in: transaction, wakes: &wakes)
            }
            return wakes
        }
        wakes.ring(flow.signals)
    }

    /// Without readers who are known, a limit says nothing about who could not keep it.
    private var isWanted: Bool { flow.workforce.policy.atLimit == .parent && flow.workforce.written != nil }

    // MARK: Up

    private struct Move {
        var task: ReadingTask
        var facts: StudyFacts
        var decision: RouteDecision
    }

    private func due(
        _ moment: LocalReaders.Moment, at now: Timestamp, in database: some DatabaseReading
    ) throws -> [Move] {
        let reading = try parentsThatRead(moment, in: database)
        guard !reading.isEmpty else { return [] }
        var moves: [Move] = []
        for task in try flow.tasks.pastLimit(at: now, limit: Self.mostLookedAt, in: database) {
            guard try isDue(task, at: now, in: database) else { continue }
            let facts = try facts(of: task, moment, at: now, in: database)
            guard let decision = RouteDecision.pastLimit(facts, in: flow.node.topology, reading: reading) else {
                continue
            }
            moves.append(Move(task: task, facts: facts, decision: decision))
            if moves.count == Self.mostAtOnce { break }
        }
        return moves
    }

    private func offer(
        _ move: Move, opened: Set<String>, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        // Somebody may have claimed it since it was looked at.
        guard let task = try flow.tasks.task(move.task.id, in: transaction), task.parentAskedAt == nil,
            try isDue(task, at: now, in: transaction)
        else { return }
        try flow.tasks.noteParentAsked(task.id, at: now, in: transaction)
        try RoutePlanner(flow).passOn(
            task.study, by: move.decision, facts: move.facts, opened: opened, occasion: .limit, in: transaction,
            wakes: &wakes)
    }

    private func isDue(_ task: ReadingTask, at now: Timestamp, in database: some DatabaseReading) throws -> Bool {
        guard task.isOwned(by: flow.node.name), task.state == .ready, !task.isHeld(at: now), let at = askAt(task),
            at <= now
        else { return false }
        // What came back once is read here, and so is what somebody wished to be.
        switch try flow.passages.passage(of: task.study, in: database)?.decision?.basis {
        case .returned, .wantedDestination, .custodyCopy: return false
        case .rule, .noRule, .timeLimit, nil: return true
        }
    }

    /// When the parent is asked. What a node below could not do in time comes late: the readers here have at least the part
    /// of the limit for which all of a node's readers see a task, so that nothing climbs to the top unseen.
    private func askAt(_ task: ReadingTask) -> Timestamp? {
        guard let plan = task.plan, let readyAt = task.readyAt else { return nil }
        return max(plan.parentAt, readyAt + plan.parentAt.elapsed(since: plan.tierAt))
    }

    private func parentsThatRead(
        _ moment: LocalReaders.Moment, in database: some DatabaseReading
    ) throws -> Set<NodeName> {
        Set(
            try flow.peerStatuses(in: database).filter { status in
                flow.node.parents.contains(status.peer) && status.heartbeat?.reads == true
                    && !moment.unreachable.contains(status.peer)
            }.map(\.peer))
    }

    private func facts(
        of task: ReadingTask, _ moment: LocalReaders.Moment, at now: Timestamp, in database: some DatabaseReading
    ) throws -> StudyFacts {
        let work = try WorkPlanner(flow).facts(of: task, in: database)
        var facts = try RoutePlanner(flow).studyFacts(of: task.study, in: database)
        facts.time = now
        facts.workType = task.plan?.workType ?? flow.workforce.rules.limits.rule(for: work)?.name
        try LocalReaders(flow).completeForMoment(&facts, work, moment)
        return facts
    }

    // MARK: Back

    private func unbegun(
        _ moment: LocalReaders.Moment, at now: Timestamp, in database: some DatabaseReading
    ) throws -> [TaskID] {
        try flow.routing.unbegun(
            by: RouteDecision.timeLimitName, decidedBefore: now - Self.recallAfter, limit: 20, in: database
        ).filter { id in
            guard let task = try flow.tasks.task(id, in: database) else { return false }
            return try facts(of: task, moment, at: now, in: database).isUncovered == false
        }
    }

    // MARK: Words

    /// How the clock of a task that waits here stands, and what it will do or what keeps it from doing it.
    func standing(of task: ReadingTask, in database: some DatabaseReading) throws -> Explanation? {
        if let asked = task.parentAskedAt.map(CivilTime.minute) {
            let node = (task.offeredTo ?? task.owner).rawValue
            return task.state == .offered || task.state == .forwarded
                ? Explanation(
                    chinese: "时限已到，\(asked) 已请上级 \(node) 阅片", english: "Its time ran out: \(node) was asked at \(asked)"
                )
                : Explanation(
                    chinese: "时限已到，\(asked) 请过上级，任务已交回",
                    english: "Its time ran out: asked above at \(asked), and it came back")
        }
        guard task.isOwned(by: flow.node.name), task.state == .ready, !flow.node.parents.isEmpty,
            let at = askAt(task).map(CivilTime.minute)
        else { return nil }
        let now = flow.clock.now()
        if let obstacle = try obstacle(task, at: now, in: database) {
            return Explanation(
                chinese: "\(at) 起可请上级阅片，但\(obstacle.chinese)",
                english: "The parent could be asked from \(at) on, but \(obstacle.english)")
        }
        return Explanation(
            chinese: "\(at) 前无人领取则请上级阅片", english: "The parent is asked to read it unless somebody begins by \(at)")
    }

    private func obstacle(
        _ task: ReadingTask, at now: Timestamp, in database: some DatabaseReading
    ) throws -> Explanation? {
        if flow.workforce.policy.atLimit == .stay {
            return Explanation(
                chinese: "配置为留在本节点（reading.atLimit）", english: "this node keeps its tasks (reading.atLimit)")
        }
        if flow.workforce.written == nil {
            return Explanation(chinese: "本节点没有排班表", english: "this node has no roster")
        }
        switch try flow.passages.passage(of: task.study, in: database)?.decision?.basis {
        case .returned: return Explanation(chinese: "任务已交回过一次", english: "it came back once already")
        case .wantedDestination: return Explanation(chinese: "申请指定由本节点阅片", english: "the order wants it read here")
        case .custodyCopy, .rule, .noRule, .timeLimit, nil: break
        }
        let moment = try LocalReaders(flow).moment(at: now, in: database)
        let reading = try parentsThatRead(moment, in: database)
        guard !reading.isEmpty else {
            return Explanation(chinese: "没有能联系上的、可阅片的上级", english: "no parent that reads is reached")
        }
        guard
            RouteDecision.pastLimit(
                try facts(of: task, moment, at: now, in: database), in: flow.node.topology, reading: reading) == nil
        else { return nil }
        return Explanation(chinese: "上级的积压不比本节点少", english: "the parent's readers have even less time")
    }
}
