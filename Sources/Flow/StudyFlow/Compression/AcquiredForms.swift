// What the flow does about compressed instances.

import Archive
import Audit
import Database
import Relay
import Vocabulary

struct AcquiredForms: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    // MARK: At the node above

    /// A child says what its compressed instances stand for; whoever gets them from here hears it as well.
    func claimed(
        _ event: InstancesCompressed, by child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for item in event.items {
            let form = try flow.acquiredForms.claim(
                item.sopInstance, of: item.study, item.digest, as: item.acquired, by: child, at: flow.clock.now(),
                in: transaction)
            for hop in flow.node.parents
            where try flow.deliveries.delivery(of: item.sopInstance, to: hop, in: transaction) != nil {
                try Messenger(flow).send(event, to: hop, in: transaction, wakes: &wakes)
            }
            if form.state == .proven { try owe(form, in: transaction, wakes: &wakes) }
        }
        wakes.acquiredForms = true
    }

    /// A compressed instance goes on: what is known of it goes with it.
    func tellAbove(
        _ instances: [InstanceRecord], to hop: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let items = try instances.filter { $0.transferSyntax == .jpegLSLossless }.compactMap { instance in
            try flow.acquiredForms.form(of: instance.sopInstanceUID, instance.digest, in: transaction).flatMap { form in
                form.state == .refuted
                    ? nil
                    : InstancesCompressed.Item(
                        sopInstance: form.sopInstanceUID, study: form.studyInstanceUID, digest: form.digest,
                        acquired: form.acquired)
            }
        }
        guard !items.isEmpty else { return }
        try Messenger(flow).send(InstancesCompressed(items: items), to: hop, in: transaction, wakes: &wakes)
    }

    /// Whether the receipt waits until it can name what was acquired.
    func isBeingChecked(_ instance: InstanceRecord, in transaction: Transaction) throws -> Bool {
        guard instance.transferSyntax == .jpegLSLossless, instance.acquired == nil else { return false }
        return try flow.acquiredForms.form(of: instance.sopInstanceUID, instance.digest, in: transaction)?.state
            == .claimed
    }

    /// Decoding gave back the acquired data set.
    func proven(_ form: AcquiredFormRecord, in transaction: Transaction, wakes: inout Wakes) throws {
        try flow.acquiredForms.prove(form, at: flow.clock.now(), in: transaction)
        try flow.deliveries.nameAcquiredForm(
            of: form.sopInstanceUID, kept: form.digest, as: form.acquired, in: transaction)
        try owe(form, in: transaction, wakes: &wakes)
        try StudySettlement(flow).settleIfWhole(form.studyInstanceUID, in: transaction, wakes: &wakes)
    }

    func refuted(_ form: AcquiredFormRecord, in transaction: Transaction, wakes: inout Wakes) throws {
        let now = flow.clock.now()
        try flow.acquiredForms.refute(form, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .instanceConflict, by: .node(form.claimedBy), at: now, outcome: .refused, study: form.studyInstanceUID,
                instance: form.sopInstanceUID, detail: "the compressed form does not restore to what was acquired"),
            in: transaction)
        wakes.changes.insert(FlowChange(.conflict, form.studyInstanceUID))
        guard flow.node.children.contains(form.claimedBy) else { return }
        try Messenger(flow).send(
            CompressionRefuted(instances: [form.sopInstanceUID]), to: form.claimedBy, in: transaction, wakes: &wakes)
    }

    private func owe(_ form: AcquiredFormRecord, in transaction: Transaction, wakes: inout Wakes) throws {
        guard flow.node.children.contains(form.claimedBy),
            let instance = try flow.catalogue.instance(form.sopInstanceUID, in: transaction),
            instance.digest == form.digest
        else { return }
        let origin = try flow.catalogue.origin(of: form.studyInstanceUID, in: transaction)?.originNode
        try flow.receipts.owe(
            [instance.receiptItem], to: form.claimedBy, origin: origin ?? form.claimedBy, in: transaction)
        wakes.receipts = true
    }

    // MARK: At the child

    /// The node above could not restore it: what was acquired is sent.
    func sendAsAcquired(
        _ event: CompressionRefuted, to parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for instance in event.instances {
            try flow.deliveries.sendAsAcquired(
                instance, to: parent,
                reason: "\(parent) cannot restore its compressed form to what was acquired; the original is sent",
                in: transaction)
        }
        wakes.relay(parent, .routine)
        wakes.changes.insert(FlowChange(.queue))
    }
}
