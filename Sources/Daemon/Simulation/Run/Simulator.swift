// A network's months in seconds: arrivals, lines, rules, readers.

import Foundation
import Roster
import Routing
import Vocabulary
import Workload

/// Discrete events over the node's own code: `RoutingRules` and `OverflowPlan` decide where a study is read, `Roster` who
/// is on duty, `TimeLimits` until when, `ReadingTimes` how long it takes and `ReaderLoad` who takes it. Nobody's clock but
/// its own; the same seed gives the same result.
package final class Simulator {
    enum Event {
        case acquire(site: Int32)
        /// The study is whole at the node.
        case reach(study: Int32, node: Int32)
        case finish(study: Int32, node: Int32, reader: Int32)
        case changeShift(node: Int32)
        case look(node: Int32)
        case breakLine(node: Int32)
    }

    static let minute: Int64 = 60_000
    static let day: Int64 = 86_400_000
    /// Between two looks at a node's backlog.
    static let lookEvery = 2 * minute
    /// More passages than any network has tiers: whoever has it then reads it.
    static let mostHops = 8

    let plan: NetworkPlan
    let kinds: [StudyKind]
    let templates: [StudyFacts]
    let demands: [ReadingDemand]
    /// Predicted minutes by kind.
    let predicted: [Double]
    let limits: [TimeLimit?]
    let nodes: [SimulatedNode]
    private let byName: [NodeName: Int]
    private var sites: [SimulatedSite] = []
    var events = EventQueue<Event>()
    var studies: ContiguousArray<SimulatedStudy> = []
    private var free: [Int32] = []
    var result: SimulationResult
    private let start: Int64
    private let end: Int64

    /// - Parameter days: of arrivals; what arrived is read to the end.
    package init(_ plan: NetworkPlan, days: Int, seed: UInt64) {
        self.plan = plan
        var kinds: [StudyKind] = []
        var numbers: [StudyKind: Int] = [:]
        for kind in plan.nodes.compactMap(\.arrivals).flatMap(\.mix.kinds) where numbers[kind] == nil {
            numbers[kind] = kinds.count
            kinds.append(kind)
        }
        self.kinds = kinds
        predicted = kinds.map { plan.workload.times.minutes(for: $0.workFacts) }
        let rules = kinds.map { plan.workload.limits.rule(for: $0.workFacts) }
        limits = zip(kinds, rules).map { $1?.limit(for: $0.priority) }
        templates = zip(kinds, rules).map { kind, rule in
            StudyFacts(
                modalities: [kind.modality], bodyPart: kind.bodyPart, institution: "", priority: kind.priority,
                workType: rule?.name)
        }
        demands = zip(kinds, rules).compactMap { kind, rule in
            // The last work type takes everything: there is always one.
            rule.map {
                ReadingDemand(
                    workType: $0.name, modalities: [kind.modality], region: kind.workFacts.region, institution: "")
            }
        }
        let byName = Dictionary(uniqueKeysWithValues: plan.nodes.enumerated().map { ($0.element.name, $0.offset) })
        self.byName = byName
        nodes = plan.nodes.enumerated().map { index, node in
            SimulatedNode(
                index: index, plan: node, topology: plan.topology(of: node), parent: node.parent.flatMap { byName[$0] },
                tier: plan.tiers.firstIndex(of: node.tier) ?? 0, kinds: kinds.count, seed: seed &+ 0x5EED)
        }
        start = plan.start.start.milliseconds
        end = start + Int64(days) * Self.day
        result = SimulationResult(plan: plan, kinds: kinds, days: days)
        sites = plan.nodes.enumerated().compactMap { index, node in
            node.arrivals.map { SimulatedSite(node: index, arrivals: $0, numbers: numbers, seed: seed) }
        }
    }

    /// - Parameter progress: told each simulated day.
    package func run(progress: (Int) -> Void = { _ in }) -> SimulationResult {
        begin()
        var today = -1
        var last = start
        while let (time, event) = events.pop() {
            let day = Int((time - start) / Self.day)
            if day > today {
                today = day
                progress(min(day, result.days))
            }
            handle(event, at: time)
            last = time
            // Shifts go on for ever; what arrived must be read, but not by readers who never come.
            if time > end + 60 * Self.day { break }
            if time > end, result.acquired == result.read { break }
        }
        for node in nodes { node.endDuty(at: last) }
        result.finish(nodes)
        return result
    }

    private func begin() {
        for index in sites.indices { scheduleArrival(at: index, after: start) }
        for node in nodes {
            if node.canRead {
                changeShift(of: node, at: start)
                if node.isDynamic { events.push(.look(node: Int32(node.index)), at: start + Self.lookEvery) }
            }
            if node.parent != nil, node.plan.link.outagesPerMonth > 0 { scheduleOutage(of: node, after: start) }
        }
    }

    private func handle(_ event: Event, at now: Int64) {
        switch event {
        case .acquire(let site): acquire(Int(site), at: now)
        case .reach(let study, let node): reach(study, nodes[Int(node)], at: now)
        case .finish(let study, let node, let reader): finish(study, nodes[Int(node)], Int(reader), at: now)
        case .changeShift(let node): changeShift(of: nodes[Int(node)], at: now)
        case .look(let node):
            look(nodes[Int(node)], at: now)
            if now < end || result.acquired > result.read { events.push(event, at: now + Self.lookEvery) }
        case .breakLine(let node):
            let node = nodes[Int(node)]
            let length = node.random.exponential(mean: node.plan.link.outageMinutes) * Double(Self.minute)
            node.linkDownUntil = max(node.linkDownUntil, now + Int64(length))
            scheduleOutage(of: node, after: node.linkDownUntil)
        }
    }

    // MARK: Arrivals and lines

    private func acquire(_ site: Int, at now: Int64) {
        let node = sites[site].node
        let study = SimulatedStudy(
            kind: Int32(sites[site].drawKind()), site: Int32(node), acquiredAt: now,
            factor: Float(sites[site].random.factor(plan.spread)))
        let number: Int32
        if let reused = free.popLast() {
            let generation = studies[Int(reused)].generation
            studies[Int(reused)] = study
            studies[Int(reused)].generation = generation &+ 1
            number = reused
        } else {
            number = Int32(studies.count)
            studies.append(study)
        }
        result.acquired += 1
        scheduleArrival(at: site, after: now)
        reach(number, nodes[node], at: now)
    }

    private func scheduleArrival(at site: Int, after time: Int64) {
        if let next = sites[site].nextArrival(after: time, before: end) {
            events.push(.acquire(site: Int32(site)), at: next)
        }
    }

    private func scheduleOutage(of node: SimulatedNode, after time: Int64) {
        let wait = node.random.exponential(mean: 30 / node.plan.link.outagesPerMonth) * Double(Self.day)
        let next = time + Int64(wait)
        if next < end { events.push(.breakLine(node: Int32(node.index)), at: next) }
    }

    /// When something sent at `time` is there. A line that is down is waited for.
    func arrival(from: SimulatedNode, to destination: Int, leaving time: Int64) -> Int64 {
        func over(_ node: SimulatedNode, _ time: Int64) -> Int64 {
            max(time, node.linkDownUntil) + Int64(node.plan.link.minutes * Double(Self.minute))
        }
        var (time, at) = (time, from)
        for _ in 0..<Self.mostHops {
            if at.index == destination { return time }
            if let parent = at.parent, nodes[destination].parent == parent, at.parent != destination {
                // To a sister: up, and down her line.
                return over(nodes[destination], over(at, time))
            }
            time = over(at, time)
            guard let parent = at.parent else { return time }
            at = nodes[parent]
        }
        return time
    }

    func send(_ study: Int32, from node: SimulatedNode, to destination: NodeName, at now: Int64) {
        guard let index = byName[destination] else { return }
        studies[Int(study)].cameFrom = Int32(node.index)
        studies[Int(study)].hops += 1
        events.push(
            .reach(study: study, node: Int32(index)), at: arrival(from: node, to: index, leaving: now))
    }

    func index(of name: NodeName) -> Int? { byName[name] }

    func release(_ study: Int32) { free.append(study) }
}
