// Where a study is read, and by whom.

import Roster
import Routing
import Vocabulary
import Workload

extension Simulator {
    func reach(_ number: Int32, _ node: SimulatedNode, at now: Int64) {
        if node.canRead, studies[Int(number)].readyAt == 0 {
            studies[Int(number)].readyAt = now
            studies[Int(number)].dueAt = due(kind: Int(studies[Int(number)].kind), from: now)
        }
        if let destination = destination(of: number, at: node, now) {
            if node.canRead { result.passedOn[node.tier] += 1 }
            send(number, from: node, to: destination, at: now)
            return
        }
        guard node.canRead else {
            // Nobody reads here, and nobody above: kept, as the node keeps it.
            result.acquired -= 1
            result.kept += 1
            release(number)
            return
        }
        let kind = Int(studies[Int(number)].kind)
        node.minutes += predicted[kind]
        if let reader = node.chooseReader(for: kind, minutes: predicted[kind]) {
            begin(number, node, reader, at: now)
        } else {
            studies[Int(number)].waitsAt = Int32(node.index)
            node.lines[kind].append(number)
            node.waiting += 1
        }
    }

    private func due(kind: Int, from time: Int64) -> Int64 {
        guard let limit = limits[kind] else { return .max }
        let milliseconds = Int64(limit.minutes) * Self.minute
        guard limit.isWorkingTime else { return time + milliseconds }
        return plan.workload.limits.working.add(milliseconds: milliseconds, to: Timestamp(milliseconds: time))
            .milliseconds
    }

    // MARK: Rules

    /// `nil`: it stays here.
    private func destination(of number: Int32, at node: SimulatedNode, _ now: Int64) -> NodeName? {
        let study = studies[Int(number)]
        guard !study.isSettled, study.hops < Self.mostHops else { return nil }
        let key = Int(study.kind) * nodes.count + Int(study.site)
        if !node.isDynamic, study.cameFrom < 0 || nodes[Int(study.cameFrom)].parent == node.index {
            if let known = node.fixedRoutes[key] { return known < 0 ? nil : nodes[known].plan.name }
            let decision = node.plan.rules.decide(facts(of: study, at: node, now), in: node.topology)
            let destination: NodeName? =
                if case .forward(let destination, _) = decision.action { destination } else { nil }
            node.fixedRoutes[key] = destination.flatMap(index(of:)) ?? -1
            return destination
        }
        let rules = rules(for: study, key, at: node, now)
        node.opened = node.plan.rules.opened(after: node.opened, at: node.minutesPerReader)
        let facts = facts(of: study, at: node, now)
        if let first = rules.first(for: facts, in: node.topology, opened: node.opened) {
            guard case .forward(let destination, _) = first.action else { return nil }
            return destination
        }
        // As `decide` ends: the nearest node that reads.
        return node.canRead ? nil : node.topology.parents.first
    }

    /// The rules that ask nothing of this kind of study from this site that it does not have.
    private func rules(for study: SimulatedStudy, _ key: Int, at node: SimulatedNode, _ now: Int64) -> RoutingRules {
        if let known = node.rulesByKind[key] { return known }
        let facts = facts(of: study, at: node, now)
        let holding = RoutingRules(
            rules: node.plan.rules.rules.filter { $0.conditions.holdForStudy(facts) }.map { rule in
                var rule = rule
                let asked = rule.conditions
                rule.conditions = Conditions(
                    time: asked.time, weekdays: asked.weekdays, isUncovered: asked.isUncovered, backlog: asked.backlog)
                return rule
            })
        node.rulesByKind[key] = holding
        return holding
    }

    func facts(of study: SimulatedStudy, at node: SimulatedNode, _ now: Int64) -> StudyFacts {
        var facts = templates[Int(study.kind)]
        let site = nodes[Int(study.site)].plan.name
        facts.institution = site.rawValue
        facts.origin = study.site == Int32(node.index) ? nil : site
        facts.cameFrom = study.cameFrom < 0 ? nil : nodes[Int(study.cameFrom)].plan.name
        facts.time = Timestamp(milliseconds: now)
        guard node.isDynamic else { return facts }
        facts.isUncovered = node.readersByKind[Int(study.kind)] == 0
        facts.minutesPerReader = node.minutesPerReader
        if node.linkDownUntil > now, let parent = node.plan.parent { facts.unreachable = [parent] }
        if !node.opened.isEmpty { facts.loads = loads(seenBy: node) }
        return facts
    }

    /// What the heartbeats say of those whom the rules name.
    private func loads(seenBy node: SimulatedNode) -> [NodeName: Double] {
        var loads: [NodeName: Double] = [:]
        for rule in node.plan.rules.rules where rule.conditions.backlog != nil {
            guard case .forward(let destinations) = rule.consequence else { continue }
            for destination in destinations {
                if let index = index(of: destination), let load = nodes[index].minutesPerReader {
                    loads[destination] = load
                }
            }
        }
        return loads
    }

    // MARK: Readers

    func begin(_ number: Int32, _ node: SimulatedNode, _ reader: Int, at now: Int64) {
        let study = studies[Int(number)]
        let minutes = predicted[Int(study.kind)] * Double(study.factor) * node.readers[reader].pace
        let milliseconds = max(1, Int64(minutes * Double(Self.minute)))
        studies[Int(number)].waitsAt = -1
        node.readers[reader].isBusy = true
        node.readers[reader].busyMilliseconds += milliseconds
        node.idle.removeAll { $0 == reader }
        events.push(
            .finish(study: number, node: Int32(node.index), reader: Int32(reader)), at: now + milliseconds)
    }

    func finish(_ number: Int32, _ node: SimulatedNode, _ reader: Int, at now: Int64) {
        let study = studies[Int(number)]
        node.minutes = max(0, node.minutes - predicted[Int(study.kind)])
        result.note(study, readAt: node, home: home(study, from: node, at: now), signedAt: now)
        release(number)
        node.readers[reader].isBusy = false
        guard node.readers[reader].isOnDuty else { return }
        let place = node.idle.firstIndex { $0 > reader } ?? node.idle.count
        node.idle.insert(reader, at: place)
        takeNext(node, reader, at: now)
    }

    /// When the report is at the site.
    private func home(_ study: SimulatedStudy, from node: SimulatedNode, at now: Int64) -> Int64 {
        guard Int(study.site) != node.index else { return now }
        return arrival(from: nodes[Int(study.site)], to: node.index, leaving: now)
    }

    /// The most urgent of what this reader may read, the oldest first.
    private func takeNext(_ node: SimulatedNode, _ reader: Int, at now: Int64) {
        guard node.waiting > 0 else { return }
        var best: (number: Int32, kind: Int)?
        for kind in kinds.indices where node.lines[kind].count > 0 && node.readers[reader].reads[kind] {
            guard
                let first = node.lines[kind].first(where: { studies[Int($0)].waitsAt == Int32(node.index) })
            else { continue }
            if let known = best {
                let (mine, theirs) = (kinds[kind].priority, kinds[known.kind].priority)
                guard
                    mine < theirs
                        || (mine == theirs && studies[Int(first)].readyAt < studies[Int(known.number)].readyAt)
                else { continue }
            }
            best = (first, kind)
        }
        guard let best else { return }
        node.lines[best.kind].removeFirst()
        node.waiting -= 1
        begin(best.number, node, reader, at: now)
    }

    func changeShift(of node: SimulatedNode, at now: Int64) {
        let next = node.changeShift(at: now, kinds: demands)
        for reader in node.idle { takeNext(node, reader, at: now) }
        if let next { events.push(.changeShift(node: Int32(node.index)), at: next) }
    }
}
