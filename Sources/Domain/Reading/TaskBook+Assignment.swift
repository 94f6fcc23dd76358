// On whose list a task is, and how its clock runs.

import Database
import Vocabulary

/// What lies on one reader's desk.
package struct ReaderDesk: Hashable, Sendable {
    package var reader: String
    /// Predicted, as for the node's readers.
    package var minutes: Double
    package var tasks: Int
}

extension TaskBook {
    // MARK: The clock

    /// Says what kind of work the task is and when it is due; a task that is elsewhere or done keeps what it has.
    @discardableResult
    package func setPlan(
        _ plan: TaskPlan, of id: TaskID, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            guard task.isOwned(by: node) else { return }
            task.plan = plan
            task.visibility = plan.stage(at: time)
            task.widensAt = plan.nextStage(after: time)
        }
    }

    /// Shows the task as widely as its clock says.
    @discardableResult
    package func widen(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            guard let plan = task.plan else { return }
            task.visibility = max(task.visibility, plan.stage(at: time))
            task.widensAt = plan.nextStage(after: time)
        }
    }

    /// The parent is asked once because the time ran out.
    @discardableResult
    package func noteParentAsked(
        _ id: TaskID, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { $0.parentAskedAt = $0.parentAskedAt ?? time }
    }

    /// Unclaimed, its time for this node over, and no parent was asked yet: the most urgent first.
    package func pastLimit(at time: Timestamp, limit: Int, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            """
            SELECT * FROM reading_task WHERE owner = ? AND state = ? AND parent_at <= ? AND parent_asked_at IS NULL
                AND claimed_by IS NULL
            ORDER BY priority, parent_at LIMIT ?
            """, node, ReadingTaskState.ready, time, limit
        ).map(ReadingTask.init(row:))
    }

    /// Ready here and without a clock.
    package func withoutPlan(limit: Int, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            """
            SELECT * FROM reading_task WHERE owner = ? AND state IN (?, ?, ?) AND due_at IS NULL
            ORDER BY priority, created_at LIMIT ?
            """, node, ReadingTaskState.ready, ReadingTaskState.claimed, ReadingTaskState.recalled, limit
        ).map(ReadingTask.init(row:))
    }

    /// Ready here and to be seen more widely than it is.
    package func widening(at time: Timestamp, limit: Int, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            "SELECT * FROM reading_task WHERE widens_at <= ? AND owner = ? AND state = ? ORDER BY widens_at LIMIT ?",
            time,
            node, ReadingTaskState.ready, limit
        ).map(ReadingTask.init(row:))
    }

    /// When `widening` has something to do next.
    package func nextWidening(in database: some DatabaseReading) throws -> Timestamp? {
        try database.row(
            """
            SELECT widens_at AS next FROM reading_task
            WHERE widens_at IS NOT NULL AND owner = ? AND state = ? ORDER BY widens_at LIMIT 1
            """, node, ReadingTaskState.ready
        )?[optional: "next"]
    }

    // MARK: Lists

    /// Puts the task on a reader's list. Refused while somebody else reads it.
    @discardableResult
    package func assign(
        _ id: TaskID, to person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try checkAssignable(task)
            try checkUnheld(task, except: person, at: time)
            guard task.assignedTo?.user != person.user else { return }
            task.assignedTo = person
            task.assignedAt = time
        }
    }

    /// Takes the task off the list it is on.
    @discardableResult
    package func unassign(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            task.assignedTo = nil
            task.assignedAt = nil
        }
    }

    /// The holder, or who has it on their list, gives it on with a word: to `receiver`, or back to everybody's list.
    ///
    /// - Parameter isOwn: only what is this person's own; `false` for whoever looks after everybody's lists.
    /// - Throws: `ReadingError.claimedByAnother` while somebody else reads it, `.notClaimant` for what is somebody else's.
    @discardableResult
    package func handOver(
        _ id: TaskID, by person: Person, isOwn: Bool = true, to receiver: Person?, note: String, at time: Timestamp,
        in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try checkAssignable(task)
            try checkUnheld(task, except: person, at: time)
            if isOwn { try checkOwn(task, person) }
            if task.claimedBy != nil { try free(&task) }
            task.assignedTo = receiver
            task.assignedAt = receiver == nil ? nil : time
            task.handover = TaskHandover(by: person.displayName, note: note, at: time)
        }
    }

    /// Takes the task from whoever holds it or has it on their list.
    @discardableResult
    package func recallAssignment(_ id: TaskID, at time: Timestamp, in transaction: Transaction) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try checkAssignable(task)
            if task.claimedBy != nil { try free(&task) }
            task.assignedTo = nil
            task.assignedAt = nil
        }
    }

    /// Ready, and on nobody's list: the most urgent and the first due first.
    package func unassigned(limit: Int, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            """
            SELECT * FROM reading_task WHERE owner = ? AND state = ? AND assigned_to IS NULL AND claimed_by IS NULL
                AND due_at IS NOT NULL
            ORDER BY priority, created_at LIMIT ?
            """, node, ReadingTaskState.ready, limit
        ).map(ReadingTask.init(row:))
    }

    /// What is held by readers or on their lists, for reading and for review.
    package func held(in database: some DatabaseReading) throws -> [ReadingTask] {
        // By state too: asked by the owner alone, an index would lead through all that was ever read here.
        let open = ReadingTaskState.onTheReadersDesk.sorted { $0.rawValue < $1.rawValue }
        return try database.rows(
            """
            SELECT * FROM reading_task WHERE owner = ? AND state IN (\(open.map { _ in "?" }.joined(separator: ", ")))
                AND claimed_by IS NOT NULL
            ORDER BY id
            """, arguments: [node] + open
        ).map(ReadingTask.init(row:))
    }

    /// Ready and on a list.
    package func assigned(in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows(
            "SELECT * FROM reading_task WHERE assigned_to IS NOT NULL AND owner = ? AND state = ? ORDER BY id", node,
            ReadingTaskState.ready
        ).map(ReadingTask.init(row:))
    }

    /// Predicted minutes by reader: what each reads, and what is on each list.
    package func desks(in database: some DatabaseReading) throws -> [ReaderDesk] {
        try database.rows(
            """
            SELECT coalesce(claimed_by, assigned_to) AS reader, sum(work_minutes) AS minutes, count(*) AS n
            FROM reading_task WHERE owner = ? AND state IN (?, ?) AND coalesce(claimed_by, assigned_to) IS NOT NULL
            GROUP BY coalesce(claimed_by, assigned_to)
            """, node, ReadingTaskState.ready, ReadingTaskState.claimed
        ).map { row in
            ReaderDesk(
                reader: try row["reader"], minutes: try row[optional: "minutes"] ?? 0, tasks: try row["n"])
        }
    }

    /// Predicted minutes of all that is ready or being read, and how many tasks that are.
    package func waitingMinutes(in database: some DatabaseReading) throws -> (minutes: Double, tasks: Int) {
        let row = try database.row(
            """
            SELECT sum(work_minutes) AS minutes, count(*) AS n FROM reading_task WHERE owner = ? AND state IN (?, ?)
            """, node, ReadingTaskState.ready, ReadingTaskState.claimed)
        guard let row else { return (0, 0) }
        return (try row[optional: "minutes"] ?? 0, try row["n"])
    }

    private func checkOwn(_ task: ReadingTask, _ person: Person) throws {
        guard task.claimedBy?.user == person.user || task.assignedTo?.user == person.user else {
            throw ReadingError(
                code: .notClaimant,
                message: "reading task \(task.id) is not on the list of \(person.displayName); claim it first")
        }
    }

    private func checkAssignable(_ task: ReadingTask) throws {
        guard task.isOwned(by: node) else { throw ReadingError.refused(.ownedElsewhere, task) }
        switch task.state {
        case .ready, .claimed, .preliminary, .recalled: return
        case .offered: throw ReadingError.refused(.frozenByOffer, task)
        case .waitingForImages: throw ReadingError.refused(.imagesMissing, task)
        case .returnedForRetake: throw ReadingError.refused(.retakeAwaited, task)
        case .cancelled: throw ReadingError.refused(.cancelled, task)
        default: throw ReadingError.refused(.alreadySigned, task)
        }
    }
}
