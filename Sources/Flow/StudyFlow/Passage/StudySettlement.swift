// When a study is whole, and what follows.

import Archive
import Audit
import Database
import Logging
import Observability
import Vocabulary

/// A study acquired here is whole when it has been quiet for as long as `QuietTime` says; one from below when all that
/// its manifest names is here. More instances later settle it again, with a manifest of the next revision.
package struct StudySettlement: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// For a study from below; does nothing while something is missing. What fails is tried again (`StudyAttempt`).
    func settleIfWhole(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        guard let manifest = try wholeManifest(of: study, in: transaction) else { return }
        try StudyAttempt(flow).step(study, in: transaction, wakes: &wakes) { wakes in
            try settle(study, manifest, in: transaction, wakes: &wakes)
        }
    }

    /// The same once more.
    func retry(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        guard let manifest = try wholeManifest(of: study, in: transaction) else { return }
        try settle(study, manifest, in: transaction, wakes: &wakes)
    }

    private func wholeManifest(of study: StudyInstanceUID, in transaction: Transaction) throws -> StudyManifest? {
        // The count first: this is asked at every instance, and comparing whole manifests is not for every instance.
        guard try flow.catalogue.origin(of: study, in: transaction)?.viaChild != nil,
            let expected = try flow.manifests.settledCount(of: study, in: transaction),
            // More than it names: the child will tell of them, as an addition.
            let record = try flow.catalogue.study(study, in: transaction), record.acquiredCount == expected,
            try flow.manifests.isComplete(study, in: transaction)
        else { return nil }
        return try flow.manifests.manifest(of: study, in: transaction)
    }

    /// For a study acquired here.
    func settleQuiet(_ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes) throws {
        let pulse = try flow.passages.pulse(of: study, in: transaction)
        if let pulse { try flow.passages.learn(pulse, in: transaction) }
        let revision = pulse?.revision ?? 0
        let items = try flow.catalogue.manifest(of: study, in: transaction)
        let manifest = StudyManifest(studyInstanceUID: study, revision: revision + 1, items: items)
        try flow.manifests.store(manifest, at: flow.clock.now(), in: transaction)
        try settle(study, manifest, in: transaction, wakes: &wakes)
    }

    private func settle(
        _ study: StudyInstanceUID, _ manifest: StudyManifest, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        let pulse = try flow.passages.pulse(of: study, in: transaction)
        if let pulse, !pulse.isOpen, pulse.revision == manifest.revision { return }
        try flow.passages.settle(study, revision: manifest.revision, at: now, in: transaction)
        try OnwardPassage(flow).review(study, in: transaction)
        let bar = StudyBar(flow)
        try bar.review(study, because: nil, in: transaction, wakes: &wakes)
        try Additions(flow).begin(study, count: manifest.items.count, in: transaction)
        let isAddition = (pulse?.revision ?? 0) > 0
        try flow.audit.record(
            AuditEvent(
                isAddition ? .imagesAdded : .studySettled, by: .system("settlement"), at: now, study: study,
                detail: "\(manifest.items.count) instances, revision \(manifest.revision)"), in: transaction)
        let decision = try RoutePlanner(flow).replan(study, in: transaction, wakes: &wakes)
        guard let origin = try flow.catalogue.origin(of: study, in: transaction) else { return }
        if let hop = decision.nextHop {
            try Messenger(flow).send(
                StudySettled(study: study, origin: origin.originNode, manifest: manifest), to: hop, in: transaction,
                wakes: &wakes)
        }
        if origin.originNode == flow.node.name, try bar.bar(of: study, in: transaction) == nil {
            let order = try flow.orders.order(of: study, in: transaction)
            try flow.tasks.create(
                .init(
                    study: study, origin: flow.node.name,
                    priority: try flow.passages.passage(of: study, in: transaction)?.priority ?? .routine,
                    ruleName: decision.ruleName, isUnrouted: decision.isUnrouted, order: order?.id,
                    clinicalQuestion: order?.clinicalQuestion), at: now, in: transaction)
        }
        try TaskPassing(flow).advance(study, in: transaction, wakes: &wakes)
        wakes.priors = true
        wakes.changes.insert(FlowChange(.study, study))
        if isAddition { wakes.changes.insert(FlowChange(.task, study)) }
    }
}
