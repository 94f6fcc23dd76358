// Studies merged and split, series moved.

import Archive
import Audit
import Database
import Vocabulary

/// Nothing is rewritten: the catalogue shows the images elsewhere, and what was acquired keeps its UIDs.
struct StudyMoves: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// - Returns: `false`, and nothing changed, where a later decision stands.
    func apply(
        _ move: StudyMove, by actor: AuditActor, in transaction: Transaction, wakes: inout Wakes
    ) throws -> Bool {
        guard try flow.studyMap.record(move, in: transaction) else { return false }
        let action: AuditAction =
            switch (move.series, move.target) {
            case (nil, .some): .studyMerged
            case (nil, nil): .studySplit
            case (.some, _): .seriesMoved
            }
        let now = flow.clock.now()
        for study in [move.source] + (move.target.map { [$0] } ?? []) {
            try flow.audit.record(
                AuditEvent(
                    action, by: actor, at: now, study: study, object: move.series?.rawValue,
                    detail: "\(move.source) → \(move.target?.rawValue ?? "back"): \(move.decision.reason)"),
                in: transaction)
        }
        try StudyBar(flow).refresh(move.source, because: .imagesMoved, in: transaction, wakes: &wakes)
        if let target = move.target { try follow(target, with: move.source, in: transaction, wakes: &wakes) }
        return true
    }

    /// Whoever reads the target further up needs these images, too.
    private func follow(
        _ target: StudyInstanceUID, with source: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let standing = try flow.passages.standing(of: target, in: transaction), let hop = standing.nextHop,
            try flow.passages.isAnnounced(source, to: hop, in: transaction) == nil,
            let origin = try flow.catalogue.origin(of: source, in: transaction)
        else { return }
        let images = try flow.catalogue.instances(of: source, in: transaction).filter { !$0.isNetworkMade && $0.isHere }
        try RoutePlanner(flow).owe(images, of: source, standing.priority, to: hop, in: transaction, wakes: &wakes)
        guard let manifest = try flow.manifests.manifest(of: source, in: transaction) else { return }
        try Messenger(flow).send(
            StudySettled(study: source, origin: origin.originNode, manifest: manifest), to: hop, in: transaction,
            wakes: &wakes)
    }
}
