// 0x0000 was answered and no receipt came.

import Archive
import Database
import Relay
import Vocabulary

/// Asks for the receipt instead of sending again; sends again only what the parent says it does not hold.
struct ReceiptChase: Sendable {
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
    }

    /// A child asks: sign again for what is here, name what is not.
    func answer(
        _ request: ReceiptsRequested, from child: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        var missing: [SOPInstanceUID] = []
        for item in request.items {
            guard let instance = try flow.catalogue.instance(item.sopInstanceUID, in: transaction),
                instance.digest == item.digest
            else {
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

    func sendAgain(
        _ event: InstancesMissing, to parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try flow.deliveries.sendAgain(
            event.instances, to: parent, reason: "\(parent) does not hold it although it answered success",
            in: transaction)
        wakes.relay(parent, .routine)
    }
}
