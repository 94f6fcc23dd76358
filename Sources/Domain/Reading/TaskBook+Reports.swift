// Drafting and signing.

import Database
import Vocabulary

extension TaskBook {
    /// What is written so far; `nil` before the first save.
    package func report(of id: TaskID, in database: some DatabaseReading) throws -> Report? {
        try database.row("SELECT * FROM report WHERE task_id = ?", id).map(Report.init(row:))
    }

    /// Every text that was signed, oldest first.
    package func signedReports(of id: TaskID, in database: some DatabaseReading) throws -> [SignedReport] {
        try database.rows("SELECT * FROM report_version WHERE task_id = ? ORDER BY version", id)
            .map(SignedReport.init(row:))
    }

    /// Saves what the holder has written, and renews the lease until `lease`.
    ///
    /// - Parameter version: of the report that the text was written from; 0 for a new one.
    /// - Throws: `ReadingError.staleDraft` when a newer version is kept; `.notClaimant`, `.claimedByAnother`.
    @discardableResult
    package func saveDraft(
        _ id: TaskID, text: ReportText, version: Int, by person: Person, until lease: Timestamp? = nil,
        at time: Timestamp, in transaction: Transaction
    ) throws -> Report {
        let task = try change(id, at: time, in: transaction) { task in
            try step(&task, .draftSaved)
            try checkHolder(task, person)
            if let lease { task.leaseUntil = max(lease, task.leaseUntil ?? lease) }
        }
        return try write(text, over: version, of: id, at: time, in: transaction) { report in
            if task.state == .claimed { report.author = person }
        }
    }

    /// Signs `text`, which the holder saw, as the preliminary report. The task is free for a reviewer.
    ///
    /// - Throws: as `saveDraft`, and `ReadingError.blankReport`.
    @discardableResult
    package func signPreliminary(
        _ id: TaskID, text: ReportText, version: Int, imageCount: Int? = nil, by person: Person, at time: Timestamp,
        in transaction: Transaction
    ) throws -> (task: ReadingTask, report: Report) {
        try checkNotBlank(text, id)
        let task = try change(id, at: time, in: transaction) { task in
            let event = ReadingTaskEvent.preliminarySigned
            if task.state == .claimed { try checkHolder(task, person) }
            try step(&task, event)
            letGo(&task)
            task.assignedTo = nil
            task.assignedAt = nil
            task.reason = nil
        }
        let report = try write(text, over: version, of: id, at: time, in: transaction) { report in
            report.state = .preliminary
            report.author = person
            report.reviewer = nil
            report.preliminaryText = text
            report.preliminaryAt = time
            report.imageCount = imageCount
        }
        try ReportTable.keepSigned(report, by: person, at: time, in: transaction)
        return (task, report)
    }

    /// Signs `text` as the final report: another person than the author, unless one reader is enough here, who may then
    /// sign it without a preliminary report too. Holding a claim is not needed while nobody else does.
    ///
    /// - Throws: as `signPreliminary`, and `ReadingError.sameSigner`.
    @discardableResult
    package func signFinal(
        _ id: TaskID, text: ReportText, version: Int, imageCount: Int? = nil, by person: Person, at time: Timestamp,
        in transaction: Transaction
    ) throws -> (task: ReadingTask, report: Report) {
        try checkNotBlank(text, id)
        var isSingle = false
        let task = try change(id, at: time, in: transaction) { task in
            isSingle = task.state == .claimed
            if isSingle { try checkHolder(task, person) } else { try checkUnheld(task, except: person, at: time) }
            try step(&task, .finalSigned(singleReaderAllowed: singleReaderAllowed))
            if !isSingle { try checkSecondReader(task, person, in: transaction) }
            letGo(&task)
            task.reason = nil
        }
        let report = try write(text, over: version, of: id, at: time, in: transaction) { report in
            report.state = .final
            if isSingle { report.author = person }
            report.reviewer = person
            report.finalAt = time
            report.imageCount = imageCount
        }
        try ReportTable.keepSigned(report, by: person, at: time, in: transaction)
        return (task, report)
    }

    /// The reviewer sends a preliminary report back. The task is ready again, with `reason`; the text stays.
    @discardableResult
    package func returnToAuthor(
        _ id: TaskID, reason: String, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> (task: ReadingTask, report: Report) {
        let task = try change(id, at: time, in: transaction) { task in
            try checkUnheld(task, except: person, at: time)
            try step(&task, .returnedToAuthor)
            letGo(&task)
            task.reason = reason
        }
        let report = try reopen(id, at: time, in: transaction)
        guard let author = report.author else { return (task, report) }
        return (try assign(id, to: author, at: time, in: transaction), report)
    }
}

extension TaskBook {
    /// A signed report becomes a draft again, with its text.
    func reopen(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> Report {
        let report = try report(of: id, in: transaction) ?? Report(task: id)
        return try write(report.text, over: report.version, of: id, at: time, in: transaction) { report in
            report.state = .draft
            report.reviewer = nil
            report.preliminaryAt = nil
            report.preliminaryText = nil
            report.finalAt = nil
            report.imageCount = nil
            if let srInstance = report.srInstance { report.supersededSR = srInstance }
            report.srInstance = nil
            report.pdfInstance = nil
        }
    }

    /// The released report becomes the predecessor of a version that adds to it.
    func succeed(_ id: TaskID, in transaction: Transaction) throws {
        guard var report = try report(of: id, in: transaction) else { throw ReadingError.unknownTask(id) }
        report.supersededSR = report.srInstance ?? report.supersededSR
        report.srInstance = nil
        report.pdfInstance = nil
        report.version += 1
        guard try ReportTable.store(report, over: report.version - 1, in: transaction) else {
            throw ReadingError(
                code: .changedMeanwhile, message: "the report of reading task \(id) was changed at this moment")
        }
    }

    private func write(
        _ text: ReportText, over version: Int, of id: TaskID, at time: Timestamp, in transaction: Transaction,
        _ body: (inout Report) -> Void
    ) throws -> Report {
        var report = try report(of: id, in: transaction) ?? Report(task: id)
        report.text = text
        report.savedAt = time
        body(&report)
        report.version = version + 1
        guard try ReportTable.store(report, over: version, in: transaction) else {
            throw ReadingError(
                code: .staleDraft,
                message: "the report of reading task \(id) was saved from somewhere else since version \(version); "
                    + "load it again")
        }
        return report
    }

    func checkUnheld(_ task: ReadingTask, except person: Person, at time: Timestamp) throws {
        if let holder = task.claimedBy, holder.user != person.user, task.isHeld(at: time) {
            throw claimedByAnother(task, holder)
        }
    }

    private func checkNotBlank(_ text: ReportText, _ id: TaskID) throws {
        guard text.isBlank else { return }
        throw ReadingError(
            code: .blankReport,
            message: "the report of reading task \(id) has neither findings nor an impression; write one, then sign")
    }
}
