// How far the accepted studies have come; pure.

import Observability
import Vocabulary

/// What the edge's list of studies says about what its modality sent.
package struct JourneyProgress: Hashable, Sendable {
    package struct Hop: Hashable, Sendable {
        package var node: NodeName
        package var instances: Int
    }

    package var studies: Int
    /// Instances that must arrive: what was accepted, or more where a study was there before.
    package var expected: Int
    /// In the edge's catalogue.
    package var stored: Int
    /// Above the edge, from below upward: instances that the node has signed for.
    package var hops: [Hop]
    package var reportsHome: Int
    /// One that has not come as far as it should, for people who wonder.
    package var straggler: StudyRecord?
    /// Something that will not move without a person.
    package var stuck: String?

    private var isRouted: Bool

    /// - Parameters:
    ///   - accepted: instances the edge took, per study.
    ///   - path: the nodes above the edge up to the one that reads.
    package init(
        of records: [StudyRecord], accepted: [StudyInstanceUID: Int], path: [NodeName], edge: NodeName
    ) {
        let byStudy = Dictionary(records.map { ($0.studyInstanceUID, $0) }) { first, _ in first }
        studies = accepted.count
        (expected, stored, reportsHome, isRouted) = (0, 0, 0, true)
        hops = path.map { Hop(node: $0, instances: 0) }
        for (study, count) in accepted.sorted(by: { $0.key < $1.key }) {
            let record = byStudy[study]
            let here = record?.hop(edge)
            let wanted = max(count, here?.expected ?? 0)
            expected += wanted
            stored += min(here?.arrived ?? 0, wanted)
            for (place, node) in path.enumerated() {
                let hop = record?.hop(node)
                let signed = min(hop?.receipted ?? 0, wanted)
                hops[place].instances += signed
                if place == path.count - 1, signed < wanted {
                    isRouted = false
                    straggler = straggler ?? record
                }
                if let hop, hop.parked > 0, stuck == nil {
                    stuck =
                        "study \(study): \(hop.parked) instances are parked on the way to \(node)"
                        + (hop.lastError.map { ": \($0)" } ?? "")
                }
            }
            if record?.report?.isHome == true { reportsHome += 1 } else { straggler = straggler ?? record }
        }
    }

    /// Nothing that people see has changed since `other`.
    func isSameWay(as other: JourneyProgress?) -> Bool {
        guard let other else { return false }
        return (stored, hops, reportsHome) == (other.stored, other.hops, other.reportsHome)
    }

    package func reached(_ goal: DemoGoal) -> Bool {
        switch goal {
        case .routed: isRouted
        case .reported: isRouted && reportsHome == studies
        }
    }

    package func bars(showingReports: Bool) -> [ProgressBar] {
        let first = ProgressBar("已收 stored at the edge", done: stored, total: expected)
        let further = hops.map {
            ProgressBar("签收 signed for by \($0.node)", done: $0.instances, total: expected)
        }
        let reports = ProgressBar("报告 reports home", done: reportsHome, total: studies)
        return [first] + further + (showingReports ? [reports] : [])
    }
}
