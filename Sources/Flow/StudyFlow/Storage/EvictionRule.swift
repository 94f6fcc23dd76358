// May the files of a study go?

import Archive
import Database
import Reading
import Relay
import Vocabulary

/// Facts in, the first obstacle out. Asked again in the transaction that gives the files up.
package struct EvictionRule: Sendable {
    package enum Obstacle: String, Hashable, Sendable, CaseIterable {
        /// Nobody above could give it back.
        case noNodeAbove = "no_node_above"
        case retention
        /// Still arriving, or not known here at all.
        case unsettled
        /// Not read, or its report is not home.
        case reading
        /// Something of it is still to be sent, or its receipt to come.
        case deliveries
        case conflict
        /// Damaged or missing files wait for repair.
        case damage
        /// Fetched back lately, or on its way back.
        case recalled
        /// Too few nodes above have proven to hold each instance.
        case copies
        /// No acquired file is here.
        case nothing
    }

    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: `nil` when the files may go.
    package func obstacle(to study: StudyInstanceUID, in database: some DatabaseReading) throws -> Obstacle? {
        guard let copies = flow.node.copiesNeeded else { return .noNodeAbove }
        let now = flow.clock.now()
        guard let retention = flow.node.storage.retention,
            let record = try flow.catalogue.study(study, in: database),
            now.elapsed(since: record.lastReceivedAt) >= retention
        else { return .retention }
        guard try flow.passages.passage(of: study, in: database)?.settledAt != nil else { return .unsettled }
        guard try isRead(study, in: database) else { return .reading }
        if try flow.deliveries.hasOpen(of: study, in: database) { return .deliveries }
        if try flow.conflicts.list(of: study, in: database).contains(where: { $0.resolvedAt == nil }) {
            return .conflict
        }
        if try flow.absences.files(of: study, in: database).faults > 0 { return .damage }
        if try flow.fileRequests.holds(study, since: now - StoragePolicy.recallKept, in: database) { return .recalled }
        let files = try flow.catalogue.instances(of: study, in: database).filter(\.mayBeEvicted)
        if files.isEmpty { return .nothing }
        // Lent by a node above, which has it still; what came here in another way is not among it.
        let lent = try PriorLending(flow).lent(study, in: database)
        let holders = try flow.receipts.holders(of: study, in: database)
        let above = flow.node.nodesAbove
        let isSafe = files.allSatisfy { instance in
            if let digest = lent[instance.sopInstanceUID], instance.forms.contains(digest) { return true }
            let forms = holders[instance.sopInstanceUID] ?? [:]
            let nodes = instance.forms.reduce(into: Set<NodeName>()) { $0.formUnion(forms[$1] ?? []) }
            return nodes.intersection(above).count >= copies
        }
        return isSafe ? nil : .copies
    }

    /// Nobody here or above has anything left to do: the report is at the hospital. A custody copy has no task.
    private func isRead(_ study: StudyInstanceUID, in database: some DatabaseReading) throws -> Bool {
        let tasks = try flow.tasks.tasks(of: study, in: database)
        let isHome = tasks.allSatisfy { [.delivered, .acknowledged, .cancelled].contains($0.shownState) }
        guard isHome, try !ReportHomecoming(flow).isExpected(for: study, in: database) else { return false }
        if tasks.contains(where: { $0.shownState != .cancelled }) { return true }
        return try flow.custody.isCopy(study, in: database)
    }
}

extension InstanceRecord {
    /// Of what is here: acquired, and no key object. Those are small, and what they reject must be known without the line.
    var mayBeEvicted: Bool { !isNetworkMade && isHere && sopClass != .keyObjectSelection }

    /// What a receipt must name to count for this instance: the kept bytes, or the acquired ones they decode to.
    package var forms: [Digest] { [digest] + (acquired.map { [$0.digest] } ?? []) }
}
