// Grades and retakes on their way to the hospital, and its answers on their way back.

import Archive
import Audit
import Database
import ImageQuality
import Reading
import Vocabulary

package struct QualityPassing: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: Hearing

    func receive(
        _ event: ImageQualityTold, from parent: NodeName, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        try checkKnown(event.mark.study, told: parent, in: transaction)
        guard try flow.quality.hear(event.mark, in: transaction) else { return }
        try audit(
            .imageQualityGraded, event.mark.study, by: .node(parent), "grade \(event.mark.grade.rawValue)", transaction)
        try tell(event.mark, in: transaction, wakes: &wakes)
    }

    func receive(
        _ event: RetakeTold, from peer: NodeName, isParent: Bool, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let told = event.retake
        if isParent {
            try checkKnown(told.study, told: peer, in: transaction)
        } else if try below(told.study, told.task, in: transaction) != peer {
            throw EventError(
                code: .conflict, message: "\(peer) answers for study \(told.study), which does not come from it")
        }
        let before = try flow.retakes.retake(told.id, in: transaction)
        guard
            let after = try flow.retakes.hear(
                told, from: peer, isParent: isParent, at: flow.clock.now(), in: transaction)
        else { return }
        try auditNews(after.retake, since: before?.retake, by: .node(peer), in: transaction)
        try tell(after, except: peer, in: transaction, wakes: &wakes)
        try goOn(after, in: transaction, wakes: &wakes)
    }

    // MARK: Telling

    func tell(_ mark: QualityMark, in transaction: Transaction, wakes: inout Wakes) throws {
        wakes.changes.insert(FlowChange(.study, mark.study))
        guard let child = try below(mark.study, mark.task, in: transaction) else { return }
        try Messenger(flow).send(ImageQualityTold(mark: mark), to: child, in: transaction, wakes: &wakes)
    }

    func tell(
        _ known: KnownRetake, except peer: NodeName? = nil, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let retake = known.retake
        let neighbours = [known.cameFrom, try below(retake.study, retake.task, in: transaction)].compactMap { $0 }
        for neighbour in Set(neighbours).sorted() where neighbour != peer {
            try Messenger(flow).send(
                RetakeTold(retake: retake), to: neighbour, lane: .urgent, in: transaction, wakes: &wakes)
        }
        wakes.changes.insert(FlowChange(.critical, retake.study))
        wakes.changes.insert(FlowChange(.study, retake.study))
    }

    func auditNews(
        _ after: Retake, since before: Retake?, by actor: AuditActor, in transaction: Transaction
    ) throws {
        let reasons = after.reasons.map(\.rawValue).joined(separator: " ")
        if before == nil { try audit(.retakeRequested, after.study, by: actor, reasons, transaction) }
        if let answer = after.answer, before?.answer == nil {
            try audit(
                .retakeAnswered, after.study, by: actor, "\(answer.outcome.rawValue) by \(answer.user)", transaction)
        }
        if after.withdrawnByName != nil, before?.withdrawnByName == nil {
            try audit(.retakeWithdrawn, after.study, by: actor, "", transaction)
        }
    }

    // MARK: Going on

    /// Answered retakes whose new images were still on their way.
    func closeAnswered(in transaction: Transaction, wakes: inout Wakes) throws {
        for known in try flow.retakes.unclosed(in: transaction) { try goOn(known, in: transaction, wakes: &wakes) }
    }

    /// The task is to be read again, or not at all, as the answer says. Only where the retake was asked for.
    func goOn(_ known: KnownRetake, in transaction: Transaction, wakes: inout Wakes) throws {
        let retake = known.retake
        guard known.cameFrom == nil, !retake.isOpen, known.closedAt == nil, let id = TaskID(rawValue: retake.task)
        else {
            return
        }
        let now = flow.clock.now()
        if let task = try flow.tasks.task(id, in: transaction), task.state == .returnedForRetake {
            var changed = task
            switch retake.answer?.outcome {
            case .newStudy? where retake.withdrawnByName == nil:
                let successor = retake.answer?.newStudy?.rawValue ?? ""
                changed = try flow.tasks.cancel(id, reason: "taken again: \(successor)", at: now, in: transaction)
                try audit(.taskCancelled, retake.study, by: .system("retake"), "taken again", transaction)
            case .done? where retake.withdrawnByName == nil:
                let here = try flow.catalogue.study(retake.study, in: transaction)?.acquiredCount ?? 0
                guard here >= retake.answer?.imageCount ?? 0 else { return }
                changed = try flow.tasks.retakeDone(id, at: now, in: transaction)
            default:
                changed = try flow.tasks.retakeDone(id, at: now, in: transaction)
            }
            try TaskPassing(flow).tellBelow(changed, in: transaction, wakes: &wakes)
        }
        try flow.retakes.close(retake.id, at: now, in: transaction)
        wakes.changes.insert(FlowChange(.critical, retake.study))
    }

    // MARK: Details

    private func checkKnown(_ study: StudyInstanceUID, told parent: NodeName, in transaction: Transaction) throws {
        guard try flow.catalogue.origin(of: study, in: transaction) != nil else {
            throw EventError(code: .conflict, message: "\(parent) tells of study \(study), which is not known here")
        }
    }

    private func below(
        _ study: StudyInstanceUID, _ task: String, in transaction: Transaction
    ) throws -> NodeName? {
        try flow.catalogue.origin(of: study, in: transaction)?.viaChild
            ?? TaskID(rawValue: task).flatMap { try flow.tasks.task($0, in: transaction)?.cameFrom }
    }

    private func audit(
        _ action: AuditAction, _ study: StudyInstanceUID, by actor: AuditActor, _ detail: String,
        _ transaction: Transaction
    ) throws {
        try flow.audit.record(
            AuditEvent(action, by: actor, at: flow.clock.now(), study: study, detail: detail), in: transaction)
    }
}
