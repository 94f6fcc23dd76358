// One node's readers and what waits for them.

import Roster
import Routing
import Vocabulary
import Workload

/// A reader of a node, at work or not.
struct SimulatedReader {
    var name: String
    var pace: Double
    /// For each kind of study whether this reader may read it.
    var reads: [Bool]
    var isOnDuty = false
    var isBusy = false
    var busyMilliseconds: Int64 = 0
    var dutyMilliseconds: Int64 = 0
    var onDutySince: Int64 = 0
}

final class SimulatedNode {
    let index: Int
    let plan: PlannedNode
    let topology: RoutingTopology
    let parent: Int?
    let tier: Int
    /// Rules that may change their minds, or else what each (kind, site) leads to is worked out once.
    let isDynamic: Bool
    var readers: [SimulatedReader]
    private let byName: [String: Int]
    var idle: [Int] = []
    var onDuty = 0
    /// For each kind how many on duty may read it.
    private(set) var readersByKind: [Int]
    /// By kind; a kind has one priority.
    var lines: [WaitingLine]
    var waiting = 0
    /// Predicted, of what waits or is being read.
    var minutes = 0.0
    var opened: Set<String> = []
    /// Rules that ask something of a study of this kind and site, worked out once.
    var rulesByKind: [Int: RoutingRules] = [:]
    var fixedRoutes: [Int: Int] = [:]
    /// Passed on by a rule that recalls: study, its use of its place, rule, and when.
    var passedOn: [(study: Int32, generation: UInt32, rule: String, at: Int64)] = []
    var linkDownUntil: Int64 = 0
    var random: SeededRandom

    init(index: Int, plan: PlannedNode, topology: RoutingTopology, parent: Int?, tier: Int, kinds: Int, seed: UInt64) {
        self.index = index
        self.plan = plan
        self.topology = topology
        self.parent = parent
        self.tier = tier
        isDynamic = plan.rules.isDynamic
        readers = (plan.roster?.readers ?? []).map { reader in
            SimulatedReader(name: reader.name, pace: reader.pace, reads: Array(repeating: false, count: kinds))
        }
        byName = Dictionary(uniqueKeysWithValues: readers.enumerated().map { ($0.element.name, $0.offset) })
        readersByKind = Array(repeating: 0, count: kinds)
        lines = Array(repeating: WaitingLine(), count: kinds)
        random = SeededRandom(seed: seed, stream: UInt64(index))
    }

    var canRead: Bool { plan.roster != nil }

    /// Predicted for each reader on duty; `nil` where nobody ever reads.
    var minutesPerReader: Double? {
        canRead ? OverflowPlan<Int32>.perReader(waiting == 0 && minutes < 1e-6 ? 0 : minutes, onDuty) : nil
    }

    /// Who comes and who goes at `time`, by the roster.
    ///
    /// - Returns: when that changes next.
    func changeShift(at time: Int64, kinds: [ReadingDemand]) -> Int64? {
        guard let roster = plan.roster else { return nil }
        let duties = roster.duties(at: Timestamp(milliseconds: time))
        var present = [Bool](repeating: false, count: readers.count)
        readersByKind = Array(repeating: 0, count: kinds.count)
        onDuty = 0
        for duty in duties.duties {
            guard let reader = byName[duty.reader.name], !present[reader] else { continue }
            present[reader] = true
            onDuty += 1
            for (kind, demand) in kinds.enumerated() {
                let takes = duty.takes(demand)
                readers[reader].reads[kind] = takes
                if takes { readersByKind[kind] += 1 }
            }
        }
        for reader in readers.indices where readers[reader].isOnDuty != present[reader] {
            if present[reader] {
                readers[reader].onDutySince = time
            } else {
                readers[reader].dutyMilliseconds += time - readers[reader].onDutySince
            }
            readers[reader].isOnDuty = present[reader]
        }
        idle = readers.indices.filter { readers[$0].isOnDuty && !readers[$0].isBusy }
        return duties.until?.milliseconds
    }

    /// The idle reader who is chosen for a study of `kind`, as the node's assignment chooses.
    func chooseReader(for kind: Int, minutes: Double) -> Int? {
        let loads = idle.lazy.filter { self.readers[$0].reads[kind] }.map {
            ReaderLoad(reader: self.readers[$0].name, pace: self.readers[$0].pace)
        }
        guard let first = loads.first else { return nil }
        // All of them are idle: of equal pace the first by name, in which order they stand, is the one chosen.
        let chosen =
            loads.allSatisfy { $0.pace == first.pace } ? first : ReaderLoad.choose(from: loads, minutes: minutes)
        return chosen.flatMap { byName[$0.reader] }
    }

    func endDuty(at time: Int64) {
        for reader in readers.indices where readers[reader].isOnDuty {
            readers[reader].dutyMilliseconds += time - readers[reader].onDutySince
            readers[reader].onDutySince = time
        }
    }
}
