// What people do about the quality of images.

import Archive
import Audit
import Database
import Foundation
import ImageQuality
import Reading
import Vocabulary

package struct QualityDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// The reader grades the images of a study that is read here; again, and the later word counts.
    package func grade(
        _ grade: QualityGrade, reasons: Set<QualityReason>, note: String, of task: TaskID, by person: Person
    ) async throws -> QualityMark {
        try await act { transaction, wakes in
            let known = try readHere(task, in: transaction)
            return try keep(grade, reasons, note, of: known, by: person, in: transaction, wakes: &wakes)
        }
    }

    /// The images cannot be read: the task goes back, and the hospital hears of it at once.
    ///
    /// - Throws: `ReadingError` where the task's state turns it down, `ImageQualityError.reasonMissing`.
    package func requestRetake(
        _ task: TaskID, reasons: Set<QualityReason>, note: String, by person: Person
    ) async throws -> KnownRetake {
        guard !reasons.isEmpty else {
            throw ImageQualityError(code: .reasonMissing, message: "say what is wrong with the images")
        }
        return try await act { transaction, wakes in
            let (known, now) = (try readHere(task, in: transaction), flow.clock.now())
            let sentence = ([QualityReason](reasons).map(\.rawValue).sorted() + [note]).filter { !$0.isEmpty }
            let returned = try flow.tasks.requestRetake(
                task, reason: note.isEmpty ? sentence.joined(separator: ", ") : note, by: person, at: now,
                in: transaction)
            guard returned.changeNumber != known.changeNumber else {
                throw ReadingError(code: .refused(.retakeAwaited), message: "new images were asked for already")
            }
            _ = try keep(.reject, reasons, note, of: known, by: person, in: transaction, wakes: &wakes)
            let retake = Retake(
                task: task.rawValue, study: known.study, origin: known.origin, owner: flow.node.name, reasons: reasons,
                note: note, requestedBy: person.user, requestedByName: person.displayName, requestedAt: now)
            try flow.retakes.request(retake, at: now, in: transaction)
            let kept = KnownRetake(retake: retake, cameFrom: nil, heardAt: now)
            let passing = QualityPassing(flow)
            try passing.auditNews(retake, since: nil, by: .user(person.user), in: transaction)
            try passing.tell(kept, in: transaction, wakes: &wakes)
            try TaskPassing(flow).tellBelow(returned, in: transaction, wakes: &wakes)
            return kept
        }
    }

    /// What the hospital does about it.
    ///
    /// - Parameter newStudy: of `.newStudy`, which must be here.
    package func answer(
        _ id: UUID, _ outcome: Retake.Outcome, note: String, newStudy: StudyInstanceUID?, by person: Person
    ) async throws -> KnownRetake {
        guard outcome != .declined || !note.isEmpty else {
            throw ImageQualityError(code: .reasonMissing, message: "say why they cannot be taken again")
        }
        return try await act { transaction, wakes in
            let now = flow.clock.now()
            let before = try flow.retakes.retake(id, in: transaction)
            if outcome == .newStudy {
                guard let newStudy, newStudy != before?.retake.study,
                    try flow.catalogue.study(newStudy, in: transaction) != nil
                else {
                    throw ImageQualityError(code: .unknownStudy, message: "the new study is not at this node")
                }
            }
            let count = try before.flatMap {
                try flow.catalogue.study($0.retake.study, in: transaction)?.acquiredCount
            }
            let after = try flow.retakes.answer(
                id,
                Retake.Answer(
                    outcome: outcome, note: note, newStudy: outcome == .newStudy ? newStudy : nil,
                    imageCount: count ?? 0, user: person.user, name: person.displayName, at: now), at: now,
                in: transaction)
            return try pass(after, since: before, by: person, in: transaction, wakes: &wakes)
        }
    }

    /// The reader needs no new images after all.
    package func withdraw(_ id: UUID, by person: Person) async throws -> KnownRetake {
        try await act { transaction, wakes in
            let before = try flow.retakes.retake(id, in: transaction)
            let after = try flow.retakes.withdraw(
                id, byName: person.displayName, at: flow.clock.now(), in: transaction)
            return try pass(after, since: before, by: person, in: transaction, wakes: &wakes)
        }
    }

    // MARK: Details

    private func pass(
        _ after: KnownRetake, since before: KnownRetake?, by person: Person, in transaction: Transaction,
        wakes: inout Wakes
    ) throws -> KnownRetake {
        let passing = QualityPassing(flow)
        try passing.auditNews(after.retake, since: before?.retake, by: .user(person.user), in: transaction)
        try passing.tell(after, in: transaction, wakes: &wakes)
        try passing.goOn(after, in: transaction, wakes: &wakes)
        // With what going on made of it.
        return try flow.retakes.retake(after.retake.id, in: transaction) ?? after
    }

    private func keep(
        _ grade: QualityGrade, _ reasons: Set<QualityReason>, _ note: String, of task: ReadingTask, by person: Person,
        in transaction: Transaction, wakes: inout Wakes
    ) throws -> QualityMark {
        let modalities = try flow.catalogue.study(task.study, in: transaction)?.modalities ?? []
        let mark = try flow.quality.grade(
            QualityMark(
                task: task.id.rawValue, study: task.study, origin: task.origin, owner: flow.node.name,
                modality: modalities.first { !["SR", "DOC", "KO", "PR"].contains($0) } ?? "OT", grade: grade,
                reasons: reasons, note: note, by: person.user, byName: person.displayName, at: flow.clock.now()),
            in: transaction)
        try flow.audit.record(
            AuditEvent(
                .imageQualityGraded, by: .user(person.user), at: mark.at, study: task.study, object: task.id.rawValue,
                detail: "grade \(grade.rawValue)"), in: transaction)
        try QualityPassing(flow).tell(mark, in: transaction, wakes: &wakes)
        return mark
    }

    private func readHere(_ task: TaskID, in transaction: Transaction) throws -> ReadingTask {
        guard let known = try flow.tasks.task(task, in: transaction) else { throw ReadingError.unknownTask(task) }
        guard known.isOwned(by: flow.node.name), known.state != .offered, known.state != .cancelled else {
            throw ImageQualityError(code: .notReadHere, message: "study \(known.study) is not read at this node now")
        }
        return known
    }

    private func act<Result: Sendable>(
        _ change: @escaping @Sendable (Transaction, inout Wakes) throws -> Result
    ) async throws -> Result {
        let (result, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            return (try change(transaction, &wakes), wakes)
        }
        wakes.ring(flow.signals)
        return result
    }
}
