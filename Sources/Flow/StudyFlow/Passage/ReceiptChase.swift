// 0x0000 was answered and no receipt came.

import Archive
import Database
import Relay
import Vocabulary

/// Asks for the receipt instead of sending again; sends again only what the parent says it does not hold.
struct ReceiptChase: Sendable {
    /// Between two questions about the same receipts.
    private static let longestRest: Duration = .seconds(6 * 3600)

    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    func ask(at now: Timestamp, in transaction: Transaction, wakes: inout Wakes) throws {
        let waiting = try flow.deliveries.awaitingReceipt(
            olderThan: now - flow.node.receiptPatience, limit: 500, in: transaction)
        for (destination, deliveries) in Dictionary(grouping: waiting, by: \.destination) {
            let items = deliveries.map {
                ManifestItem(sopInstanceUID: $0.sopInstance, digest: $0.digest, size: $0.size)
            }
            try Messenger(flow).send(ReceiptsRequested(items: items), to: destination, in: transaction, wakes: &wakes)
            try flow.deliveries.markReceiptAsked(deliveries.map(\.id), at: now, in: transaction)
        }
        try askAbove(at: now, in: transaction, wakes: &wakes)
    }

    /// Receipts of nodes further up: our parent may hold them although they never came down, or were parked here.
    private func askAbove(at now: Timestamp, in transaction: Transaction, wakes: inout Wakes) throws {
        let open = try flow.onwardHops.askable(
            at: now, patience: flow.node.receiptPatience, longest: Self.longestRest, limit: 200, in: transaction)
        for (parent, hops) in Dictionary(grouping: open, by: \.heardFrom) where flow.node.parents.contains(parent) {
            let items = try hops.map { hop in
                let safe = try flow.receipts.safeAt(hop.study, in: transaction)
                return ReceiptsAboveRequested.Item(
                    study: hop.study, node: hop.to, known: safe.first { $0.node == hop.to }?.instances ?? 0)
            }
            try Messenger(flow).send(ReceiptsAboveRequested(items: items), to: parent, in: transaction, wakes: &wakes)
        }
        try flow.onwardHops.markAsked(open, at: now, in: transaction)
    }

    /// A child lacks receipts of nodes above us: it gets the batches as they were signed. What we lack ourselves we are
    /// asking for already, and it goes down when it comes.
    func answerFromAbove(
        _ request: ReceiptsAboveRequested, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        for item in request.items {
            guard try flow.catalogue.origin(of: item.study, in: transaction)?.viaChild == child,
                let safe = try flow.receipts.safeAt(item.study, in: transaction).first(where: { $0.node == item.node }),
                safe.instances > item.known
            else { continue }
            for receipt in try flow.receipts.batches(of: item.study, by: item.node, in: transaction) {
                try Messenger(flow).send(ReceiptsIssued(receipt: receipt), to: child, in: transaction, wakes: &wakes)
            }
        }
    }

    /// A child asks: sign again for what is here, name what is not.
    func answer(
        _ request: ReceiptsRequested, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        var missing: [SOPInstanceUID] = []
        for item in request.items {
            guard let instance = try flow.catalogue.instance(item.sopInstanceUID, in: transaction),
                !instance.fileState.isFault
            else {
                missing.append(item.sopInstanceUID)
                continue
            }
            if try isOtherForm(instance, item, asked: child, in: transaction, wakes: &wakes) { continue }
            guard instance.receiptItem.proves(item.digest) else {
                missing.append(item.sopInstanceUID)
                continue
            }
            let origin = try flow.catalogue.origin(of: instance.studyInstanceUID, in: transaction)
            try flow.receipts.owe(
                [instance.receiptItem], to: child, origin: origin?.originNode ?? child, in: transaction)
            wakes.receipts = true
        }
        guard !missing.isEmpty else { return }
        try Messenger(flow).send(InstancesMissing(instances: missing), to: child, in: transaction, wakes: &wakes)
    }

    /// What is here may be a compressed form of what is asked for. The question says what it should restore to: it is
    /// checked, and the receipt follows.
    private func isOtherForm(
        _ instance: InstanceRecord, _ item: ManifestItem, asked child: NodeName, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> Bool {
        guard instance.transferSyntax == .jpegLSLossless, !instance.receiptItem.proves(item.digest) else {
            return false
        }
        let form = try flow.acquiredForms.claim(
            instance.sopInstanceUID, of: instance.studyInstanceUID, instance.digest,
            as: AcquiredForm(digest: item.digest, size: item.size, transferSyntax: .explicitVRLittleEndian), by: child,
            at: flow.clock.now(), in: transaction)
        wakes.acquiredForms = true
        return form.state == .claimed
    }

    func sendAgain(
        _ event: InstancesMissing, to parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try flow.deliveries.sendAgain(
            event.instances, to: parent, reason: "\(parent) does not hold it although it answered success",
            in: transaction)
        wakes.relay(parent, .routine)
    }
}
