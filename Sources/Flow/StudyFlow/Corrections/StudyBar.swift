// What corrections mean for whoever reads.

import Archive
import Audit
import Database
import Reading
import Vocabulary

/// Something changed under a reader's hands; they say that they saw it before they sign.
package enum ReaderNotice: String, Hashable, Sendable, CaseIterable, TextBindable {
    case imagesRejected = "images_rejected"
    case imagesReturned = "images_returned"
    case imagesMoved = "images_moved"
    case patientCorrected = "patient_corrected"
}

/// A study of which nothing is shown is barred: nobody claims or signs it, and its open task is cancelled as soon as nobody
/// holds it. What was drafted stays. Shown again, it is read again.
package struct StudyBar: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    // MARK: After a change

    /// Makes the catalogue show what stands now, and the tasks follow.
    func refresh(
        _ study: StudyInstanceUID, because notice: ReaderNotice? = nil, in transaction: Transaction,
        wakes: inout Wakes
    ) throws {
        for study in try flow.shown.refresh(study, in: transaction) {
            try review(study, because: notice, in: transaction, wakes: &wakes)
        }
    }

    func review(
        _ study: StudyInstanceUID, because notice: ReaderNotice?, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let record = try flow.catalogue.study(study, in: transaction) else { return }
        wakes.changes.insert(FlowChange(.study, study))
        wakes.changes.insert(FlowChange(.task, study))
        if let notice { try warn(of: notice, readersOf: study, in: transaction) }
        // While images are still missing, those that come may be shown.
        if record.isWithheld, try flow.passages.passage(of: study, in: transaction)?.settledAt != nil {
            let shownIn = try shownElsewhere(study, in: transaction)
            try transaction.execute(
                """
                INSERT INTO study_bar (study_instance_uid, shown_in, since) VALUES (?, ?, ?)
                ON CONFLICT (study_instance_uid) DO UPDATE SET shown_in = excluded.shown_in
                """, study, shownIn, flow.clock.now())
            if shownIn == nil { try takeBackUnreleased(study, in: transaction, wakes: &wakes) }
            try cancelFree(study, shownIn, in: transaction, wakes: &wakes)
        } else if try transaction.execute("DELETE FROM study_bar WHERE study_instance_uid = ?", study) > 0 {
            try readAgain(study, in: transaction, wakes: &wakes)
        }
    }

    private func shownElsewhere(
        _ study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> StudyInstanceUID? {
        try flow.catalogue.series(of: study, in: database).lazy.filter(\.isMovedAway).compactMap(\.shownStudy).first
    }

    /// Tasks that came back, or were let go, after their study was barred. Asked of the open tasks: barred studies grow more
    /// for as long as the node runs.
    func sweep(in transaction: Transaction, wakes: inout Wakes) throws {
        for row in try transaction.rows(
            """
            SELECT DISTINCT study_bar.study_instance_uid AS uid, shown_in FROM reading_task CROSS JOIN study_bar
            WHERE owner = ? AND state IN ('waitingForImages', 'ready', 'recalled')
                AND study_bar.study_instance_uid = reading_task.study_instance_uid LIMIT 100
            """, flow.node.name)
        {
            try cancelFree(try row["uid"], try row[optional: "shown_in"], in: transaction, wakes: &wakes)
        }
    }

    /// A report that was signed a moment before all of its images were rejected goes nowhere; its text is kept. One that was
    /// merged away is released: it is about images that are still shown. What is released already stays, and says so.
    private func takeBackUnreleased(
        _ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard let task = try flow.tasks.currentTask(of: study, in: transaction), task.isOwned(by: flow.node.name),
            task.state == .final
        else { return }
        let now = flow.clock.now()
        try flow.tasks.recall(task.id, reason: Self.allRejected, at: now, in: transaction)
        try flow.audit.record(
            AuditEvent(
                .taskRecalled, by: .system("corrections"), at: now, study: study, object: task.id.rawValue,
                detail: "all its images were rejected before its report was released"), in: transaction)
    }

    private static let allRejected = "检查影像已全部作废"

    /// Nobody holds it here: it is taken off the list. One that is offered to another node is cancelled where it ends up.
    private func cancelFree(
        _ study: StudyInstanceUID, _ shownIn: StudyInstanceUID?, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        let now = flow.clock.now()
        for task in try flow.tasks.tasks(of: study, in: transaction)
        where task.isOwned(by: flow.node.name) && [.waitingForImages, .ready, .recalled].contains(task.state) {
            let reason = shownIn.map { "检查已并入 \($0)" } ?? Self.allRejected
            let cancelled = try flow.tasks.cancel(task.id, reason: reason, at: now, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .taskCancelled, by: .system("corrections"), at: now, study: study, object: task.id.rawValue,
                    detail: shownIn.map { "its images are shown in study \($0)" } ?? "all its images were rejected"),
                in: transaction)
            try TaskPassing(flow).tellBelow(cancelled, in: transaction, wakes: &wakes)
        }
    }

    /// Where it was acquired, a study that is shown again gets a task again.
    private func readAgain(
        _ study: StudyInstanceUID, in transaction: Transaction, wakes: inout Wakes
    ) throws {
        guard try flow.catalogue.origin(of: study, in: transaction)?.originNode == flow.node.name,
            let passage = try flow.passages.passage(of: study, in: transaction), passage.settledAt != nil
        else { return }
        let order = try flow.orders.order(of: study, in: transaction)
        try flow.tasks.create(
            .init(
                study: study, origin: flow.node.name, priority: passage.priority,
                ruleName: passage.decision?.ruleName, isUnrouted: passage.decision?.isUnrouted ?? false,
                order: order?.id, clinicalQuestion: order?.clinicalQuestion), at: flow.clock.now(), in: transaction)
        try TaskPassing(flow).advance(study, in: transaction, wakes: &wakes)
    }

    // MARK: Readers

    /// Only somebody who has begun needs telling; whoever claims later sees what there is.
    private func warn(
        of notice: ReaderNotice, readersOf study: StudyInstanceUID, in transaction: Transaction
    ) throws {
        guard let task = try flow.tasks.currentTask(of: study, in: transaction), task.isOwned(by: flow.node.name),
            [.claimed, .preliminary].contains(task.state)
        else { return }
        try transaction.execute(
            """
            INSERT INTO reader_notice (task_id, kind, study_instance_uid, at) VALUES (?, ?, ?, ?)
            ON CONFLICT (task_id, kind) DO UPDATE SET at = excluded.at
            """, task.id, notice, study, flow.clock.now())
    }

    /// What the reader of a task has not yet said they saw.
    package func notices(of task: TaskID, in database: some DatabaseReading) throws -> [ReaderNotice] {
        try database.rows("SELECT kind FROM reader_notice WHERE task_id = ? ORDER BY at, kind", task)
            .map { try $0["kind"] }
    }

    /// The study that shows a barred study's images; `nil` outside where it is not barred.
    package func bar(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> (shownIn: StudyInstanceUID?, since: Timestamp)? {
        try database.row("SELECT shown_in, since FROM study_bar WHERE study_instance_uid = ?", study)
            .map { (try $0[optional: "shown_in"], try $0["since"]) }
    }

    /// - Throws: `CorrectionError.studyRejected`, `.studyMerged`.
    func checkReadable(_ task: TaskID, in transaction: Transaction) throws {
        guard let study = try flow.tasks.task(task, in: transaction)?.study,
            let bar = try bar(of: study, in: transaction)
        else { return }
        if let shownIn = bar.shownIn {
            throw CorrectionError(
                code: .studyMerged,
                message:
                    "the images of study \(study) are shown in study \(shownIn) now; read that one. The draft is kept",
                study: shownIn)
        }
        throw CorrectionError(
            code: .studyRejected, message: "all images of study \(study) were rejected; the draft is kept")
    }

    /// - Throws: as `checkReadable`, and `CorrectionError.correctionUnseen`.
    func checkSignable(_ task: TaskID, in transaction: Transaction) throws {
        try checkReadable(task, in: transaction)
        let notices = try notices(of: task, in: transaction)
        guard !notices.isEmpty else { return }
        throw CorrectionError(
            code: .correctionUnseen,
            message:
                "the study was corrected while it was read (\(notices.map(\.rawValue).joined(separator: ", "))); look "
                + "at it again and say so, then sign. The draft is kept")
    }

    /// The reader has looked again.
    ///
    /// - Throws: `ReadingError.notClaimant` for anybody but who holds the task: nobody has seen it for somebody else.
    package func see(_ task: TaskID, by person: Person) async throws {
        let study = try await flow.database.write { transaction -> StudyInstanceUID? in
            guard let known = try flow.tasks.task(task, in: transaction) else { throw ReadingError.unknownTask(task) }
            guard known.claimedBy?.user == person.user else {
                throw ReadingError(
                    code: .notClaimant, message: "reading task \(task): only who has claimed it can say what they saw")
            }
            let seen = try transaction.execute("DELETE FROM reader_notice WHERE task_id = ?", task)
            guard seen > 0 else { return nil }
            try flow.audit.record(
                AuditEvent(
                    .correctionSeen, by: .user(person.user), at: flow.clock.now(), study: known.study,
                    object: task.rawValue), in: transaction)
            return known.study
        }
        if let study { flow.signals.publish(FlowChange(.task, study)) }
    }
}
