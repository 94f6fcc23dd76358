// What came of it.

import Routing
import Vocabulary

/// How a group of studies fared.
package struct Fate: Hashable, Sendable {
    /// From ready to the final signature.
    package var reading = Histogram()
    /// From acquired to the report at home.
    package var home = Histogram()
    /// Signed after their limit.
    package var late = 0

    package var count: Int { reading.count }
    package var latePerCent: Double { count == 0 ? 0 : 100 * Double(late) / Double(count) }

    mutating func add(_ other: Fate) {
        reading.add(other.reading)
        home.add(other.home)
        late += other.late
    }
}

package struct TierLoad: Hashable, Sendable {
    package var nodes = 0
    package var readers = 0
    package var dutyHours = 0.0
    package var readingHours = 0.0

    /// Of the hours on duty.
    package var utilisation: Double { dutyHours == 0 ? 0 : readingHours / dutyHours }
}

package struct SimulationResult: Sendable {
    package let name: String
    package let tiers: [String]
    package let days: Int
    /// By kind of study, then by the tier that read it.
    private var fates: [[Fate]]
    private let kinds: [StudyKind]
    private let workTypes: [WorkType?]
    package internal(set) var loads: [TierLoad]
    package internal(set) var acquired = 0
    package internal(set) var read = 0
    /// Where nobody reads and nobody is above.
    package internal(set) var kept = 0
    /// Passed on by nodes of each tier that could have read it.
    package internal(set) var passedOn: [Int]
    package internal(set) var askedBack: [Int]

    init(plan: NetworkPlan, kinds: [StudyKind], days: Int) {
        name = plan.name
        tiers = plan.tiers
        self.days = days
        self.kinds = kinds
        workTypes = kinds.map { plan.workload.limits.rule(for: $0.workFacts)?.name }
        fates = kinds.map { _ in plan.tiers.map { _ in Fate() } }
        loads = plan.tiers.map { _ in TierLoad() }
        passedOn = plan.tiers.map { _ in 0 }
        askedBack = plan.tiers.map { _ in 0 }
    }

    mutating func note(_ study: SimulatedStudy, readAt node: SimulatedNode, home: Int64, signedAt: Int64) {
        read += 1
        fates[Int(study.kind)][node.tier].reading.add(milliseconds: signedAt - study.readyAt)
        fates[Int(study.kind)][node.tier].home.add(milliseconds: home - study.acquiredAt)
        if signedAt > study.dueAt { fates[Int(study.kind)][node.tier].late += 1 }
    }

    mutating func finish(_ nodes: [SimulatedNode]) {
        for node in nodes where node.canRead {
            loads[node.tier].nodes += 1
            loads[node.tier].readers += node.readers.count
            loads[node.tier].dutyHours += Double(node.readers.map(\.dutyMilliseconds).reduce(0, +)) / 3_600_000
            loads[node.tier].readingHours += Double(node.readers.map(\.busyMilliseconds).reduce(0, +)) / 3_600_000
        }
    }

    private func sum(_ isMeant: (Int, Int) -> Bool) -> Fate {
        var sum = Fate()
        for kind in kinds.indices {
            for tier in tiers.indices where isMeant(kind, tier) { sum.add(fates[kind][tier]) }
        }
        return sum
    }

    package var all: Fate { sum { _, _ in true } }
    package func fate(readAt tier: Int) -> Fate { sum { $1 == tier } }
    package func fate(of priority: Priority) -> Fate { sum { kind, _ in kinds[kind].priority == priority } }
    package func fate(of type: WorkType) -> Fate { sum { kind, _ in workTypes[kind] == type } }
    /// Those that occurred, by name.
    package var occurringWorkTypes: [WorkType] { Set(workTypes.compactMap { $0 }).sorted() }
}
