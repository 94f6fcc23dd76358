// Everything the ledger says about one study's custody, as of one moment.

import Archive
import Database
import Reading
import Relay
import Vocabulary

/// Facts only; `CustodyAudit` judges them.
struct CustodyEvidence: Sendable {
    var study: StudyRecord?
    var origin: StudyOrigin
    var isSettled: Bool
    var arrivals: [ArrivalRecord]
    var instances: [SOPInstanceUID: InstanceRecord]
    var manifest: [SOPInstanceUID: Digest]
    var receipts: [SignedReceipt]
    /// What the ledger says the receipts say.
    var receiptRows: [(node: NodeName, item: ReceiptItem)]
    var deliveries: [Delivery]
    var onwardHops: [OnwardHop]
    var task: ReadingTask?
    var report: HomecomingReport?

    init?(_ flow: FlowContext, _ uid: StudyInstanceUID, in database: some DatabaseReading) throws {
        guard let origin = try flow.catalogue.origin(of: uid, in: database) else { return nil }
        self.origin = origin
        study = try flow.catalogue.study(uid, in: database)
        isSettled = try flow.passages.isOpen(uid, in: database) == false
        arrivals = try ArrivalBook().arrivals(of: uid, in: database)
        instances = Dictionary(
            try flow.catalogue.instances(of: uid, in: database).map { ($0.sopInstanceUID, $0) }
        ) { first, _ in first }
        let items = try flow.manifests.manifest(of: uid, in: database)?.items ?? []
        manifest = Dictionary(items.map { ($0.sopInstanceUID, $0.digest) }) { first, _ in first }
        receipts = try flow.receipts.batches(of: uid, in: database)
        receiptRows = try flow.receipts.receipts(of: uid, in: database)
        deliveries = try flow.deliveries.list(
            DeliveryFilter(study: uid, states: DeliveryState.allCases), limit: 1_000_000, in: database
        ).deliveries
        onwardHops = try flow.onwardHops.hops(of: uid, in: database)
        task = try flow.tasks.currentTask(of: uid, in: database)
        report = try task.flatMap { try ReportHomecoming(flow).report(of: $0.id, in: database) }
    }

    /// Acquired instances that are known of, here or announced, with the digest they were acquired with.
    var acquired: [SOPInstanceUID: Digest] {
        let arrived = arrivals.filter { !$0.isNetworkMade }.map { arrival in
            (arrival.sopInstanceUID, instances[arrival.sopInstanceUID]?.acquired?.digest ?? arrival.digest)
        }
        return Dictionary(arrived) { first, _ in first }.merging(manifest) { _, announced in announced }
    }
}
