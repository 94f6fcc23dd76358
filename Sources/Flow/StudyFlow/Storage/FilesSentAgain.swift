// A node above lost what it had received from here.

import Archive
import Audit
import Database
import Relay
import Vocabulary

/// The child's half of a repair from below: what is here goes up once more; what is not is asked for further below, or
/// said to be unavailable.
struct FilesSentAgain: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// The parent asks.
    func answer(
        _ event: InstancesWanted, from parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        var unavailable: [SOPInstanceUID] = []
        let now = flow.clock.now()
        for item in event.items {
            // Whether the bytes are the same is for the parent's intake to judge.
            guard let instance = try flow.catalogue.instance(item.sopInstanceUID, in: transaction),
                !instance.isNetworkMade
            else {
                unavailable.append(item.sopInstanceUID)
                continue
            }
            if !instance.isHere {
                guard try askFurtherBelow(instance, for: parent, at: now, in: transaction, wakes: &wakes) else {
                    unavailable.append(item.sopInstanceUID)
                    continue
                }
            }
            let study = instance.studyInstanceUID
            try flow.deliveries.enqueue(
                [
                    NewDelivery(
                        study: study, sopInstance: instance.sopInstanceUID, destination: parent,
                        digest: instance.digest, size: instance.size, transferSyntax: instance.transferSyntax,
                        sopClass: instance.sopClass, priority: .urgent)
                ], held: false, at: now, in: transaction)
            try flow.deliveries.deliverAgain(
                instance.sopInstanceUID, to: parent, isHere: instance.isHere,
                reason: "\(parent) lost its file and asked for it again", in: transaction)
            wakes.relay(parent, .urgent)
            wakes.changes.insert(FlowChange(.study, study))
        }
        guard !unavailable.isEmpty else { return }
        try Messenger(flow).send(
            InstancesUnavailable(instances: unavailable), to: parent, in: transaction, wakes: &wakes)
    }

    private func askFurtherBelow(
        _ instance: InstanceRecord, for parent: NodeName, at now: Timestamp, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        let study = instance.studyInstanceUID
        guard let child = try flow.catalogue.origin(of: study, in: transaction)?.viaChild,
            flow.node.children.contains(child)
        else { return false }
        try flow.fileRequests.add(
            [instance.sopInstanceUID], of: study, for: .repair, by: parent.rawValue, at: now, in: transaction)
        wakes.storage = true
        return true
    }

    /// The child does not have them either: other ways are tried, and an operator sees it.
    func heard(
        _ event: InstancesUnavailable, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for instance in event.instances {
            try flow.fileRequests.failed(
                instance, error: "\(child) no longer has it", nextAttemptAt: flow.clock.now() + .seconds(60),
                in: transaction)
        }
        wakes.changes.insert(FlowChange(.storage))
    }
}
