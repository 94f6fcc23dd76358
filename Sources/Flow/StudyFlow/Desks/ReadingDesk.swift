// What a radiologist does with a task.

import Audit
import Database
import Reading
import Vocabulary

/// Each act is one transaction: the task, the audit line and the news for the node below, or nothing.
package struct ReadingDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// One winner; everybody else is told who. A reviewer claims a preliminary report the same way.
    package func claim(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        try await act(.taskClaimed, by: person) { transaction in
            let now = flow.clock.now()
            try ReadingRights(flow).check(task, person, in: transaction)
            try StudyBar(flow).checkReadable(task, in: transaction)
            let claimed = try flow.tasks.claim(
                task, by: person, until: now + flow.node.lease, at: now, in: transaction)
            try Additions(flow).see(claimed.study, in: transaction)
            return claimed
        }
    }

    /// The reader has looked at the images that came late.
    package func seeAdditions(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        try await act(.additionsSeen, by: person) { transaction in
            guard let known = try flow.tasks.task(task, in: transaction) else { throw ReadingError.unknownTask(task) }
            try Additions(flow).see(known.study, in: transaction)
            return known
        }
    }

    /// A sign of life from the reader's page.
    package func renew(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        try await flow.database.write { transaction in
            let now = flow.clock.now()
            return try flow.tasks.renewLease(task, by: person, until: now + flow.node.lease, at: now, in: transaction)
        }
    }

    package func unclaim(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        try await act(.taskUnclaimed, by: person) { transaction in
            try flow.tasks.unclaim(task, by: person, at: flow.clock.now(), in: transaction)
        }
    }

    /// Saves the draft and renews the lease.
    ///
    /// - Parameter version: of the draft that `text` was written over; 0 before the first.
    package func saveDraft(
        _ task: TaskID, _ text: ReportText, over version: Int, by person: Person
    ) async throws -> Report {
        try await flow.database.write { transaction in
            let now = flow.clock.now()
            return try flow.tasks.saveDraft(
                task, text: text, version: version, by: person, until: now + flow.node.lease, at: now, in: transaction)
        }
    }

    /// - Parameters:
    ///   - acceptIncomplete: images are missing or unseen, and the report says so.
    ///   - undisplayed: how many images the signer saw only as previews, or could not see.
    package func signPreliminary(
        _ task: TaskID, _ text: ReportText, over version: Int, acceptIncomplete: Bool = false,
        undisplayed: Int = 0, by person: Person
    ) async throws -> Report {
        let (_, report) = try await sign(.reportSavedPreliminary, by: person) { transaction in
            try StudyBar(flow).checkSignable(task, in: transaction)
            let text = try SigningCheck(flow).text(
                text, of: task, acceptIncomplete: acceptIncomplete, undisplayed: undisplayed, in: transaction)
            try ReadingPractice(flow).note(task, by: person, in: transaction)
            return try flow.tasks.signPreliminary(
                task, text: text, version: version, imageCount: try imageCount(of: task, in: transaction), by: person,
                at: flow.clock.now(), in: transaction)
        }
        return report
    }

    /// The report is released at once.
    package func signFinal(
        _ task: TaskID, _ text: ReportText, over version: Int, acceptIncomplete: Bool = false,
        undisplayed: Int = 0, by person: Person
    ) async throws -> Report {
        let (_, report) = try await sign(.reportFinal, by: person) { transaction in
            try StudyBar(flow).checkSignable(task, in: transaction)
            let text = try SigningCheck(flow).text(
                text, of: task, acceptIncomplete: acceptIncomplete, undisplayed: undisplayed, in: transaction)
            try ReadingRights(flow).check(.verify, person, in: transaction)
            try ReadingPractice(flow).note(task, by: person, in: transaction)
            return try flow.tasks.signFinal(
                task, text: text, version: version, imageCount: try imageCount(of: task, in: transaction), by: person,
                at: flow.clock.now(), in: transaction)
        }
        flow.signals.release.ring()
        return report
    }

    package func returnToAuthor(_ task: TaskID, reason: String, by person: Person) async throws -> Report {
        let (_, report) = try await sign(.reportReturned, by: person) { transaction in
            try flow.tasks.returnToAuthor(task, reason: reason, by: person, at: flow.clock.now(), in: transaction)
        }
        return report
    }

    // MARK: Details

    /// How many images the signer is known to have had before them.
    private func imageCount(of task: TaskID, in transaction: Transaction) throws -> Int? {
        guard let study = try flow.tasks.task(task, in: transaction)?.study else { return nil }
        return try Additions(flow).seenCount(of: study, in: transaction)
            ?? flow.catalogue.study(study, in: transaction)?.shownAcquiredCount
    }

    private func act(
        _ action: AuditAction, by person: Person,
        _ change: @escaping @Sendable (Transaction) throws -> ReadingTask
    ) async throws -> ReadingTask {
        let (task, wakes) = try await flow.database.write { transaction in
            let task = try change(transaction)
            return (task, try follow(action, task, by: person, in: transaction))
        }
        wakes.ring(flow.signals)
        return task
    }

    private func sign(
        _ action: AuditAction, by person: Person,
        _ change: @escaping @Sendable (Transaction) throws -> (task: ReadingTask, report: Report)
    ) async throws -> (ReadingTask, Report) {
        let (task, report, wakes) = try await flow.database.write { transaction in
            let (task, report) = try change(transaction)
            return (task, report, try follow(action, task, by: person, in: transaction))
        }
        wakes.ring(flow.signals)
        return (task, report)
    }

    private func follow(
        _ action: AuditAction, _ task: ReadingTask, by person: Person, in transaction: Transaction
    ) throws -> Wakes {
        var wakes = Wakes()
        try flow.audit.record(
            AuditEvent(
                action, by: .user(person.user), at: flow.clock.now(), study: task.study, object: task.id.rawValue),
            in: transaction)
        try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
        return wakes
    }
}
