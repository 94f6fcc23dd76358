// What happens to a report after the final signature, and to a task beside the line.

import Database
import Vocabulary

extension TaskBook {
    /// The final report is stored as instances. Told twice, it changes nothing.
    @discardableResult
    package func released(
        _ id: TaskID, sr: SOPInstanceUID, pdf: SOPInstanceUID?, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            let isFirst = task.state == .final
            try step(&task, .released)
            guard isFirst else { return }
            task.releasedAt = time
            try ReportTable.setInstances(sr: sr, pdf: pdf, of: id, in: transaction)
        }
    }

    /// Tasks whose final report waits to be stored; what a node that was stopped in between goes on with.
    package func awaitingRelease(in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            "SELECT * FROM reading_task WHERE owner = ? AND state = ? ORDER BY priority, created_at", node,
            ReadingTaskState.final
        ).map(ReadingTask.init(row:))
    }

    /// The report is at the node that acquired the study: recorded there first, and at the owner when it hears of it.
    @discardableResult
    package func delivered(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if isLate(task) { return }
            try step(&task, .delivered)
            if task.state != .recalled { task.deliveredAt = task.deliveredAt ?? time }
        }
    }

    /// Somebody at the node that acquired the study has seen the report: recorded there first, and at the owner when it
    /// hears of it. The first acknowledgement counts.
    @discardableResult
    package func acknowledged(
        _ id: TaskID, byName name: String, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if isLate(task) { return }
            try step(&task, .acknowledged)
            guard task.state != .recalled, task.acknowledgedAt == nil else { return }
            task.deliveredAt = task.deliveredAt ?? time
            task.acknowledgedAt = time
            task.acknowledgedByName = name
        }
    }

    /// The images can't be read: new ones are to be taken. Whoever else holds the task keeps it from being returned.
    @discardableResult
    package func requestRetake(
        _ id: TaskID, reason: String, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        let task = try change(id, at: time, in: transaction) { task in
            try checkUnheld(task, except: person, at: time)
            guard task.state != .returnedForRetake else { return }
            try step(&task, .retakeRequested)
            letGo(&task)
            task.reason = reason
        }
        if try report(of: id, in: transaction)?.state == .preliminary {
            _ = try reopen(id, at: time, in: transaction)
        }
        return task
    }

    /// The new images are complete.
    @discardableResult
    package func retakeDone(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try step(&task, .retakeDone)
            task.reason = nil
            task.readyAt = task.readyAt ?? time
        }
    }

    /// The signed report is wrong. It becomes a draft again that will supersede it; what was signed stays in
    /// `signedReports`.
    @discardableResult
    package func recall(
        _ id: TaskID, reason: String, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        let task = try change(id, at: time, in: transaction) { task in
            guard task.state != .recalled else { return }
            try step(&task, .recalled)
            task.reason = reason
            task.deliveredAt = nil
            task.acknowledgedAt = nil
            task.acknowledgedByName = nil
        }
        if try report(of: id, in: transaction)?.state == .final {
            _ = try reopen(id, at: time, in: transaction)
            try retireAddenda(of: id, in: transaction)
        }
        return task
    }

    /// Nobody is going to read it. Refused while somebody does, and at a node that does not own it.
    @discardableResult
    package func cancel(
        _ id: TaskID, reason: String, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            guard task.state != .cancelled else { return }
            try step(&task, .cancelled)
            task.reason = reason
            task.orderAwaitedUntil = nil
        }
    }

    /// News of a report that was recalled meanwhile and is being corrected.
    private func isLate(_ task: ReadingTask) -> Bool {
        task.releasedAt != nil && [.ready, .claimed, .preliminary, .final].contains(task.state)
    }
}
