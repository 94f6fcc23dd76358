// A network as a planner writes it down: institutions, what they acquire, who reads where, and the rules.

import Roster
import Routing
import Vocabulary
import Workload

/// One kind of study and how often it occurs.
package struct StudyKind: Hashable, Sendable {
    package var modality: String
    package var bodyPart: String?
    package var patientClass: PatientClass
    package var priority: Priority
    package var isComplex: Bool

    package init(
        modality: String, bodyPart: String? = nil, patientClass: PatientClass = .outpatient,
        priority: Priority = .routine, isComplex: Bool = false
    ) {
        self.modality = modality
        self.bodyPart = bodyPart
        self.patientClass = patientClass
        self.priority = priority
        self.isComplex = isComplex
    }

    package var workFacts: WorkFacts {
        WorkFacts(
            modalities: [modality], region: bodyPart.flatMap { BodyRegion(bodyPart: $0) }, patientClass: patientClass,
            priority: priority, isComplex: isComplex)
    }
}

package struct StudyMix: Hashable, Sendable {
    package var kinds: [StudyKind]
    /// In any unit; as many as kinds.
    package var shares: [Double]

    package init(_ parts: [(kind: StudyKind, share: Double)]) {
        kinds = parts.map(\.kind)
        shares = parts.map(\.share)
    }
}

/// What an institution acquires: a Poisson stream whose rate follows the hour.
package struct Arrivals: Hashable, Sendable {
    /// On a day from Monday to Friday.
    package var perDay: Double
    /// Part of `perDay` on Saturdays and Sundays.
    package var weekend: Double
    package var mix: StudyMix
    /// Weights of the 24 hours, by China's time.
    package var hours: [Double]

    package init(perDay: Double, weekend: Double = 1, mix: StudyMix, hours: [Double] = Arrivals.evenly) {
        self.perDay = perDay
        self.weekend = weekend
        self.mix = mix
        self.hours = hours
    }

    package static let evenly = [Double](repeating: 1, count: 24)
}

/// The line to the parent.
package struct PlannedLink: Hashable, Sendable {
    /// From whole here to whole there.
    package var minutes: Double
    package var outagesPerMonth: Double
    /// Of one outage, on average; exponential.
    package var outageMinutes: Double

    package init(minutes: Double = 2, outagesPerMonth: Double = 0, outageMinutes: Double = 0) {
        self.minutes = minutes
        self.outagesPerMonth = outagesPerMonth
        self.outageMinutes = outageMinutes
    }
}

package struct PlannedNode: Sendable {
    package var name: NodeName
    package var tier: String
    package var parent: NodeName?
    package var arrivals: Arrivals?
    /// `nil`: nobody reads here.
    package var roster: Roster?
    package var rules: RoutingRules
    package var link: PlannedLink
    /// The node that `sister` stands for in the rules of a group.
    package var sister: NodeName?

    package init(
        name: NodeName, tier: String, parent: NodeName? = nil, arrivals: Arrivals? = nil, roster: Roster? = nil,
        rules: RoutingRules = RoutingRules(), link: PlannedLink = PlannedLink(), sister: NodeName? = nil
    ) {
        self.name = name
        self.tier = tier
        self.parent = parent
        self.arrivals = arrivals
        self.roster = roster
        self.rules = rules
        self.link = link
        self.sister = sister
    }
}

/// How the minutes that a study takes differ from what is predicted; the mean is what is predicted.
package enum ReadingTimeSpread: Hashable, Sendable {
    case fixed
    case exponential
    /// Standard deviation of the logarithm.
    case lognormal(Double)
}

package struct NetworkPlan: Sendable {
    package var name: String
    package var start: CivilDate
    package var tiers: [String]
    package var nodes: [PlannedNode]
    package var workload: WorkloadRules
    package var spread: ReadingTimeSpread

    package init(
        name: String, start: CivilDate, tiers: [String], nodes: [PlannedNode], workload: WorkloadRules,
        spread: ReadingTimeSpread = .lognormal(0.5)
    ) {
        self.name = name
        self.start = start
        self.tiers = tiers
        self.nodes = nodes
        self.workload = workload
        self.spread = spread
    }

    /// Without the rules that follow the hour and the readers: what the network is worth when nobody helps out.
    package var withoutOverflow: NetworkPlan {
        var plan = self
        for index in plan.nodes.indices { plan.nodes[index].rules.rules.removeAll(where: \.isDynamic) }
        return plan
    }

    /// Each node's place in the network as the routing rules see it.
    func topology(of node: PlannedNode) -> RoutingTopology {
        var reachable: [NodeName: NodeName] = [:]
        if let parent = node.parent {
            for other in nodes where other.parent == parent && other.name != node.name && other.roster != nil {
                reachable[other.name] = parent
            }
            var above = nodes.first { $0.name == parent }?.parent
            while let name = above {
                reachable[name] = parent
                above = nodes.first { $0.name == name }?.parent
            }
        }
        return RoutingTopology(
            node: node.name, canReadHere: node.roster != nil, parents: node.parent.map { [$0] } ?? [],
            reachable: reachable, children: nodes.filter { $0.parent == node.name }.map(\.name))
    }

    /// - Throws: `RoutingError` with the place in the rule file.
    package func validate() throws {
        let workTypes = Set(workload.limits.workTypes.map(\.name))
        for node in nodes {
            try node.rules.validate(in: topology(of: node), workTypes: workTypes, hasRoster: node.roster != nil)
        }
        try RoutingRules.validateTogether(Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, $0.rules) }))
    }
}
