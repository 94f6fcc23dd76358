// The bar: acquired → nodes above → read → report home.

import Reading
import StudyFlow
import Vocabulary

/// One circle of the bar.
struct JourneyStep: Sendable {
    enum State: String, Sendable {
        case done, active, waiting, failed, skipped
    }

    enum Name: Sendable {
        case acquired(NodeName)
        case node(NodeName)
        case reading
        case report
    }

    var name: Name
    var state: State
    var detail = ""
    var progress: (value: Int, of: Int)?

    var icon: String {
        switch state {
        case .done: "check"
        case .active: "arrow"
        case .waiting: "clock"
        case .failed: "alert"
        case .skipped: "dash"
        }
    }
}

extension StudyStory {
    /// Acquisition, this node and those above it as far as known here, the reading, the report.
    func steps() -> [JourneyStep] {
        var steps: [JourneyStep] = []
        if !isOrigin {
            steps.append(JourneyStep(name: .acquired(journey.origin.originNode), state: .done))
            if let child = journey.origin.viaChild, child != journey.origin.originNode {
                steps.append(JourneyStep(name: .node(child), state: .done))
            }
        }
        steps += hops.map(step)
        steps += nodesStillAhead().map { JourneyStep(name: .node($0), state: isOwnedBelowIt ? .skipped : .waiting) }
        return steps + [readingStep(), reportStep()]
    }

    private func step(_ hop: HopStory) -> JourneyStep {
        let state: JourneyStep.State =
            switch hop.state {
            case .safe: .done
            case .arrived: hop.isHere ? .done : .active
            case .arriving: hop.lastError != nil && hop.queued > 0 ? .failed : .active
            case .held, .waiting: .waiting
            case .parked: .failed
            }
        let name: JourneyStep.Name = hop.isHere && isOrigin ? .acquired(hop.node) : .node(hop.node)
        var step = JourneyStep(name: name, state: state)
        if let expected = hop.expected {
            step.detail = hop.isHere && isOrigin ? "\(hop.arrived)" : "\(hop.arrived)/\(expected)"
            if hop.arrived < expected { step.progress = (hop.arrived, expected) }
        } else {
            step.detail = "\(hop.arrived)"
        }
        return step
    }

    /// Nodes above that this study may still go to: shown at the hospital, so that its page tells the whole way.
    private func nodesStillAhead() -> [NodeName] {
        guard isOrigin else { return [] }
        let shown = Set(hops.map(\.node))
        let above = node.parents.isEmpty ? [] : node.reachable.keys.sorted().filter { !node.parents.contains($0) }
        return above.filter { !shown.contains($0) }
    }

    /// Somebody on a node already reached reads it, so it goes no further.
    private var isOwnedBelowIt: Bool {
        guard let task = journey.task, hops.contains(where: { $0.node == task.owner }) else { return false }
        return [.claimed, .preliminary, .final, .released, .delivered, .acknowledged].contains(task.shownState)
    }

    private func readingStep() -> JourneyStep {
        guard let task = journey.task else { return JourneyStep(name: .reading, state: .waiting) }
        var step = JourneyStep(name: .reading, state: .waiting)
        switch task.shownState {
        case .claimed, .preliminary: step.state = .active
        case .final, .released, .delivered, .acknowledged: step.state = .done
        case .returnedForRetake, .recalled: step.state = .failed
        case .cancelled: step.state = .skipped
        case .ready, .offered, .forwarded, .waitingForImages: break
        }
        if let report = journey.report?.announcement.report {
            step.detail = report.author
        } else if step.state == .active {
            step.detail = task.claimedByName ?? task.claimedBy?.displayName ?? ""
        }
        return step
    }

    private func reportStep() -> JourneyStep {
        var step = JourneyStep(name: .report, state: .waiting)
        let state = journey.task?.shownState
        if isOrigin ? isReportHere : state == .delivered || state == .acknowledged {
            step.state = .done
        } else if let report = journey.report {
            step.state = report.lastError == nil ? .active : .failed
        } else if state == .final || state == .released {
            step.state = .active
        }
        return step
    }
}
