// What a doctor does to a report beside writing it.

import Audit
import Database
import Reading
import Vocabulary

/// Corrections, addenda, measured values and key images. Each act is one transaction.
package struct ReportDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Signs a text under a released report; report and addendum travel home as new instances that cite the old.
    package func addAddendum(_ id: TaskID, text: String, by person: Person) async throws -> Addendum {
        let (addendum, wakes) = try await flow.database.write { transaction in
            let now = flow.clock.now()
            let (task, addendum) = try flow.tasks.signAddendum(id, text: text, by: person, at: now, in: transaction)
            return (addendum, try follow(.reportAddendum, task, by: person, in: transaction))
        }
        wakes.ring(flow.signals)
        flow.signals.release.ring()
        return addendum
    }

    /// Takes a released report back to mend it. The task is claimed at once by who does: a report that is known to be
    /// wrong waits for nobody. The old one stands, marked, until the new one is released.
    package func correct(_ id: TaskID, reason: String, by person: Person) async throws -> ReadingTask {
        let (task, wakes) = try await flow.database.write { transaction in
            let now = flow.clock.now()
            _ = try flow.tasks.correct(id, reason: reason, by: person, at: now, in: transaction)
            let task = try flow.tasks.claim(
                id, by: person, until: now + flow.node.lease, at: now, in: transaction)
            try Additions(flow).see(task.study, in: transaction)
            return (task, try follow(.taskRecalled, task, by: person, detail: reason, in: transaction))
        }
        wakes.ring(flow.signals)
        return task
    }

    package func setFields(_ fields: [ReportField], of id: TaskID, by person: Person) async throws -> [ReportField] {
        try await flow.database.write { transaction in
            try flow.tasks.setFields(fields, of: id, by: person, at: flow.clock.now(), in: transaction)
            return try flow.tasks.fields(of: id, in: transaction)
        }
    }

    /// - Throws: `ReadingError.notOfStudy` when the image is none of the study's acquired ones.
    package func mark(_ image: KeyImage, of id: TaskID, by person: Person) async throws -> [KeyImage] {
        try await flow.database.write { transaction in
            guard let task = try flow.tasks.task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
            let known = try flow.catalogue.instance(image.instance, in: transaction)
            guard let known, known.studyInstanceUID == task.study, known.isImage, !known.isNetworkMade,
                (1...max(1, known.numberOfFrames ?? 1)).contains(image.frame)
            else {
                throw ReadingError(
                    code: .notOfStudy,
                    message: "\(image.instance) frame \(image.frame) is no image of study \(task.study)")
            }
            var marked = image
            marked.series = known.seriesInstanceUID
            try flow.tasks.mark(marked, of: id, by: person, at: flow.clock.now(), in: transaction)
            return try flow.tasks.keyImages(of: id, in: transaction)
        }
    }

    package func unmark(
        _ instance: SOPInstanceUID, frame: Int, of id: TaskID, by person: Person
    ) async throws -> [KeyImage] {
        try await flow.database.write { transaction in
            try flow.tasks.unmark(instance, frame: frame, of: id, by: person, in: transaction)
            return try flow.tasks.keyImages(of: id, in: transaction)
        }
    }

    private func follow(
        _ action: AuditAction, _ task: ReadingTask, by person: Person, detail: String = "", in transaction: Transaction
    ) throws -> Wakes {
        var wakes = Wakes()
        try flow.audit.record(
            AuditEvent(
                action, by: .user(person.user), at: flow.clock.now(), study: task.study, object: task.id.rawValue,
                detail: detail), in: transaction)
        try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
        wakes.changes.insert(FlowChange(.report, task.study))
        return wakes
    }
}
