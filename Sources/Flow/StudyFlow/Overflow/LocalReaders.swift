// Who reads here, and how much lies before them: what routing asks about readers.

import Archive
import Database
import Reading
import Roster
import Routing
import Vocabulary
import Workload

/// Joins roster, reading times and tasks. Without a roster nothing is known of readers, and rules about them never hold.
struct LocalReaders: Sendable {
    /// A load older than this says nothing any more.
    static let freshness: Duration = .seconds(600)

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// What the rules may ask beside the study itself.
    func complete(_ facts: inout StudyFacts, order: Order?, in database: some DatabaseReading) throws {
        let now = flow.clock.now()
        let work = workFacts(of: facts, order)
        facts.time = now
        facts.workType = flow.workforce.rules.limits.rule(for: work)?.name
        guard flow.rules.isDynamic else { return }
        try completeForMoment(&facts, work, try moment(at: now, in: database))
    }

    /// All that is the same for every study at one time.
    struct Moment {
        var duties: DutyList?
        var load: ReaderLoadReport?
        var loads: [NodeName: Double]
        var unreachable: [NodeName]
    }

    func moment(at now: Timestamp, in database: some DatabaseReading) throws -> Moment {
        let reports = try flow.routing.loads(since: now - Self.freshness, in: database)
        let silent = try flow.peerStatuses(in: database).filter {
            flow.node.parents.contains($0.peer) && LinkSilence.since($0.heardAt, now: now) != nil
        }
        return Moment(
            duties: try duties(at: now, in: database), load: reports.first { $0.node == flow.node.name },
            loads: Dictionary(
                reports.filter { $0.node != flow.node.name }.compactMap { report in
                    report.minutesPerReader.map { (report.node, $0) }
                }, uniquingKeysWith: { first, _ in first }),
            unreachable: silent.map(\.peer))
    }

    func completeForMoment(_ facts: inout StudyFacts, _ work: WorkFacts, _ moment: Moment) throws {
        facts.minutesPerReader = moment.load?.minutesPerReader
        facts.loads = moment.loads
        facts.unreachable = moment.unreachable
        guard let duties = moment.duties, let type = facts.workType else { return }
        let demand = ReadingDemand(
            workType: type, modalities: facts.modalities, region: work.region, institution: facts.institution)
        facts.isUncovered = !duties.covers(demand)
    }

    func duties(at now: Timestamp, in database: some DatabaseReading) throws -> DutyList? {
        guard flow.workforce.written != nil else { return nil }
        return try flow.staff(at: now, in: database).duties
    }

    func workFacts(of facts: StudyFacts, _ order: Order?) -> WorkFacts {
        WorkFacts(
            modalities: facts.modalities, region: facts.bodyPart.flatMap { BodyRegion(bodyPart: $0) },
            patientClass: order?.patientClass, priority: facts.priority, isComplex: order?.isComplex ?? false)
    }

    // MARK: Loads

    /// Of what waits here or is being written.
    struct Waiting {
        /// Nobody has begun with these; those that would be read last come first.
        var candidates: [OverflowPlan<StudyInstanceUID>.Candidate] = []
        var minutes = 0.0
        var tasks = 0
    }

    func waiting(_ moment: Moment, at now: Timestamp, in database: some DatabaseReading) throws -> Waiting {
        var waiting = Waiting()
        let rules = flow.workforce.rules
        let tasks = try flow.worklist.tasks(
            WorklistFilter(states: [.ready, .claimed, .recalled], limit: Self.mostTasks), in: database)
        for task in tasks.reversed() {
            waiting.tasks += 1
            let planned = task.plan?.minutes
            guard flow.rules.isDynamic || planned == nil else {
                waiting.minutes += planned ?? 0
                continue
            }
            let work = try WorkPlanner(flow).facts(of: task, in: database)
            let minutes = planned ?? rules.times.minutes(for: work)
            waiting.minutes += minutes
            let decision = try flow.passages.passage(of: task.study, in: database)?.decision
            // What came back once is read here.
            guard flow.rules.isDynamic, task.state == .ready, !task.isHeld(at: now), decision?.basis != .returned,
                decision?.basis != .wantedDestination
            else { continue }
            var facts = try RoutePlanner(flow).studyFacts(of: task.study, in: database)
            facts.time = now
            facts.workType = task.plan?.workType ?? rules.limits.rule(for: work)?.name
            try completeForMoment(&facts, work, moment)
            waiting.candidates.append(.init(id: task.study, facts: facts, minutes: minutes))
        }
        return waiting
    }

    private static let mostTasks = 5000

    /// What a neighbour is told: our own load, and those of the others.
    func known(to peer: NodeName, in database: some DatabaseReading) throws -> [ReaderLoadReport]? {
        let loads = try flow.routing.loads(since: flow.clock.now() - Self.freshness, in: database)
            .filter { $0.node != peer }
        return loads.isEmpty ? nil : loads
    }
}
