// The reading tasks of one node.

import Database
import Vocabulary

/// Keeps tasks and their reports. Stateless: every function works inside the caller's transaction, so that StudyFlow
/// can write a task's change, the event that tells another node, and the audit record in one.
///
/// All functions that change a task throw `ReadingError`: `.unknownTask`, `.refused` where the state machine says so,
/// `.changedMeanwhile` where another writer was faster. They return the task as it is afterwards; one that found
/// nothing to change returns it as it was, with the same `changeNumber`.
package struct TaskBook: Sendable {
    package let node: NodeName
    /// One person may sign both the preliminary and the final report.
    package let singleReaderAllowed: Bool

    package init(node: NodeName, singleReaderAllowed: Bool = false) {
        self.node = node
        self.singleReaderAllowed = singleReaderAllowed
    }

    // MARK: Making and finding

    /// Makes the task of a study that this node acquired; a study that has one which is not cancelled keeps it.
    @discardableResult
    package func create(
        _ new: NewReadingTask, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        if let existing = try task(new.id, in: transaction) ?? currentTask(of: new.study, in: transaction) {
            return existing
        }
        let task = ReadingTask(
            id: new.id, study: new.study, origin: new.origin, owner: node, state: .waitingForImages,
            priority: new.priority, ruleName: new.ruleName, isUnrouted: new.isUnrouted, order: new.order,
            clinicalQuestion: new.clinicalQuestion, createdAt: time, revision: 1, changeNumber: 1, changedAt: time)
        try TaskTable.insert(task, in: transaction)
        return task
    }

    package func task(_ id: TaskID, in database: some DatabaseReading) throws -> ReadingTask? {
        try database.row("SELECT * FROM reading_task WHERE id = ?", id).map(ReadingTask.init(row:))
    }

    /// The study's task that is not cancelled, here or where it is owned; the newest, should there be several.
    package func currentTask(
        of study: StudyInstanceUID, in database: some DatabaseReading
    ) throws -> ReadingTask? {
        try tasks(of: study, in: database).first { $0.shownState != .cancelled }
    }

    /// Every task of the study, newest first.
    package func tasks(of study: StudyInstanceUID, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            "SELECT * FROM reading_task WHERE study_instance_uid = ? ORDER BY created_at DESC, id", study
        ).map(ReadingTask.init(row:))
    }

    // MARK: Getting ready

    /// The study's manifest is complete. The task becomes ready, at once or, where an order is expected and not there
    /// yet, at `awaitingOrderUntil` at the latest.
    @discardableResult
    package func markComplete(
        _ id: TaskID, awaitingOrderUntil deadline: Timestamp? = nil, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if task.imagesCompleteAt == nil {
                task.imagesCompleteAt = time
                if task.order == nil, let deadline, deadline > time { task.orderAwaitedUntil = deadline }
            }
            guard task.orderAwaitedUntil == nil else { return }
            try becomeReady(&task, at: time)
        }
    }

    /// Makes those tasks ready whose order did not come in time, and returns them.
    package func endOrderWaits(at time: Timestamp, in transaction: Transaction) throws -> [ReadingTask] {
        let due = try transaction.rows("SELECT id FROM reading_task WHERE order_awaited_until <= ?", time)
        return try due.map { row in
            try change(row["id"], at: time, in: transaction) { task in
                task.orderAwaitedUntil = nil
                try becomeReady(&task, at: time)
            }
        }
    }

    /// Gives the tasks of the order's study what the order says. The more urgent of both priorities stays.
    @discardableResult
    package func apply(
        _ order: Order, at time: Timestamp, in transaction: Transaction
    ) throws -> [ReadingTask] {
        guard let study = order.matchedStudy, order.state == .matched else { return [] }
        return try tasks(of: study, in: transaction).filter { $0.state != .cancelled }.map { found in
            try change(found.id, at: time, in: transaction) { task in
                task.order = order.id
                task.clinicalQuestion = order.clinicalQuestion
                task.priority = min(task.priority, order.priority)
                guard task.orderAwaitedUntil != nil else { return }
                task.orderAwaitedUntil = nil
                try becomeReady(&task, at: time)
            }
        }
    }

    /// The order was detached from the study: its question must not stand beside another patient's images.
    @discardableResult
    package func removeOrder(
        _ order: OrderID, from study: StudyInstanceUID, at time: Timestamp, in transaction: Transaction
    ) throws -> [ReadingTask] {
        try tasks(of: study, in: transaction).filter { $0.order == order }.map { found in
            try change(found.id, at: time, in: transaction) { task in
                task.order = nil
                task.clinicalQuestion = nil
            }
        }
    }

    @discardableResult
    package func setPriority(
        _ priority: Priority, of id: TaskID, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { $0.priority = priority }
    }
}

// MARK: Changing

extension TaskBook {
    /// Loads a task, lets `body` change it and stores it, unless another writer was faster.
    func change(
        _ id: TaskID, at time: Timestamp, in transaction: Transaction, _ body: (inout ReadingTask) throws -> Void
    ) throws -> ReadingTask {
        guard let before = try task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        let after = try TaskOwnershipRules(node: node).changed(before, at: time, body)
        return try keep(after, over: before, in: transaction)
    }

    /// Stores `after` where it differs, unless another writer was faster.
    func keep(_ after: ReadingTask, over before: ReadingTask, in transaction: Transaction) throws -> ReadingTask {
        guard after != before else { return before }
        guard try TaskTable.update(after, expecting: before.changeNumber, in: transaction) else {
            throw ReadingError(
                code: .changedMeanwhile,
                message: "reading task \(after.id) was changed by somebody else at this moment; try again")
        }
        return after
    }

    /// Moves the task along an arrow of the state machine.
    func step(_ task: inout ReadingTask, _ event: ReadingTaskEvent) throws {
        try TaskOwnershipRules.step(&task, event)
    }

    private func becomeReady(_ task: inout ReadingTask, at time: Timestamp) throws {
        if task.state != .cancelled, task.readyAt == nil { task.readyAt = time }
        try step(&task, .becameReady)
    }
}
