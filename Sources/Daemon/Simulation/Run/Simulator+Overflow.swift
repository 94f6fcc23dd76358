// What a node passes on when it has too much, and asks back when it has time.

import Routing
import Vocabulary

extension Simulator {
    /// As `OverflowService.look` of a node.
    func look(_ node: SimulatedNode, at now: Int64) {
        let rules = node.plan.rules
        let before = node.opened
        node.opened = rules.opened(after: before, at: node.minutesPerReader)
        if node.waiting > 0, mayMove(node) {
            let plan = OverflowPlan(
                rules, in: node.topology, candidates: candidates(at: node, now), minutes: node.minutes,
                readers: node.onDuty, opened: before)
            for move in plan.moves {
                guard case .forward(let destination, _) = move.decision.action else { continue }
                passOn(move.id, by: move.decision, from: node, to: destination, at: now)
            }
            node.opened = plan.opened
        }
        if !node.passedOn.isEmpty { askBack(to: node, at: now) }
    }

    /// Building every candidate's facts is worth while only then.
    private func mayMove(_ node: SimulatedNode) -> Bool {
        if !node.opened.isEmpty { return true }
        return node.plan.rules.rules.contains { rule in
            let asked = rule.conditions
            guard rule.isDynamic, asked.backlog == nil else { return false }
            return asked.isUncovered == true ? node.readersByKind.contains(0) : true
        }
    }

    private func candidates(at node: SimulatedNode, _ now: Int64) -> [OverflowPlan<Int32>.Candidate] {
        var waiting: [Int32] = []
        for kind in kinds.indices where node.lines[kind].count > 0 {
            waiting += node.lines[kind].all.filter {
                studies[Int($0)].waitsAt == Int32(node.index) && !studies[Int($0)].isSettled
                    && studies[Int($0)].hops < Self.mostHops
            }
        }
        waiting.sort { first, second in
            let (one, other) = (studies[Int(first)], studies[Int(second)])
            let (mine, theirs) = (kinds[Int(one.kind)].priority, kinds[Int(other.kind)].priority)
            return mine != theirs
                ? theirs < mine : one.readyAt != other.readyAt ? one.readyAt > other.readyAt : first > second
        }
        return waiting.map { number in
            let study = studies[Int(number)]
            return OverflowPlan<Int32>.Candidate(
                id: number, facts: facts(of: study, at: node, now), minutes: predicted[Int(study.kind)])
        }
    }

    private func passOn(
        _ number: Int32, by decision: RouteDecision, from node: SimulatedNode, to destination: NodeName, at now: Int64
    ) {
        let kind = Int(studies[Int(number)].kind)
        node.lines[kind].remove(number)
        node.waiting -= 1
        node.minutes = max(0, node.minutes - predicted[kind])
        studies[Int(number)].waitsAt = -1
        result.passedOn[node.tier] += 1
        if let name = decision.ruleName, node.plan.rules.rule(named: name)?.recallAfter != nil {
            node.passedOn.append((number, studies[Int(number)].generation, name, now))
        }
        send(number, from: node, to: destination, at: now)
    }

    /// What nobody began there comes back: its images never left.
    private func askBack(to node: SimulatedNode, at now: Int64) {
        var left: [(study: Int32, generation: UInt32, rule: String, at: Int64)] = []
        for passed in node.passedOn {
            let study = studies[Int(passed.study)]
            guard study.generation == passed.generation else { continue }
            guard let rule = node.plan.rules.rule(named: passed.rule), let minutes = rule.recallAfter,
                now - passed.at >= Int64(minutes) * Self.minute, !node.opened.contains(passed.rule)
            else {
                left.append(passed)
                continue
            }
            guard study.waitsAt >= 0, node.linkDownUntil <= now, node.onDuty > 0 else {
                if study.waitsAt >= 0 { left.append(passed) }
                continue
            }
            let holder = nodes[Int(study.waitsAt)]
            guard holder.linkDownUntil <= now || node.parent == holder.index else {
                left.append(passed)
                continue
            }
            let kind = Int(study.kind)
            holder.lines[kind].remove(passed.study)
            holder.waiting -= 1
            holder.minutes = max(0, holder.minutes - predicted[kind])
            studies[Int(passed.study)].waitsAt = -1
            studies[Int(passed.study)].isSettled = true
            result.askedBack[node.tier] += 1
            reach(passed.study, node, at: now)
        }
        node.passedOn = left
    }
}
