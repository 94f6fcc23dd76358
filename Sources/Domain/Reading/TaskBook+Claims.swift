// Who is reading what. A claim is a lease: a closed browser frees the task.

import Database
import Vocabulary

extension TaskBook {
    /// Claims a ready or recalled task to read it, or a preliminary one to review it, until `lease`. Of several who try
    /// at once one wins; the winner's second try renews the lease.
    ///
    /// - Throws: `ReadingError.claimedByAnother` with the holder's name; `.sameSigner` when the author of a preliminary
    ///   report claims it for review and must not.
    @discardableResult
    package func claim(
        _ id: TaskID, by person: Person, until lease: Timestamp, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try checkUnheld(task, except: person, at: time)
            try step(&task, .claimed)
            if task.state == .preliminary { try checkSecondReader(task, person, in: transaction) }
            hold(&task, person, until: lease, at: time)
        }
    }

    /// Says that the holder is still there.
    @discardableResult
    package func renewLease(
        _ id: TaskID, by person: Person, until lease: Timestamp, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            try checkHolder(task, person)
            task.leaseUntil = max(lease, task.leaseUntil ?? lease)
        }
    }

    /// The holder gives the task up; the draft stays for the next. Nothing happens where somebody else holds it.
    @discardableResult
    package func unclaim(
        _ id: TaskID, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if task.claimedBy?.user == person.user { try free(&task) }
        }
    }

    /// Takes the task from whoever holds it, for an operator.
    @discardableResult
    package func endClaim(
        _ id: TaskID, at time: Timestamp, in transaction: Transaction
    ) throws -> ReadingTask {
        try change(id, at: time, in: transaction) { task in
            if task.claimedBy != nil { try free(&task) }
        }
    }

    /// Frees the tasks whose lease has run out, and returns them. Drafts stay.
    package func expireLeases(at time: Timestamp, in transaction: Transaction) throws -> [ReadingTask] {
        let due = try transaction.rows("SELECT id FROM reading_task WHERE lease_until <= ?", time)
        return try due.map { row in
            try change(row["id"], at: time, in: transaction) { task in try free(&task) }
        }
    }

    /// When `expireLeases` or `endOrderWaits` has something to do next.
    package func nextDeadline(in database: some DatabaseReading) throws -> Timestamp? {
        let row = try database.row(
            """
            SELECT (SELECT min(lease_until) FROM reading_task WHERE lease_until IS NOT NULL) AS lease,
                (SELECT min(order_awaited_until) FROM reading_task WHERE order_awaited_until IS NOT NULL) AS awaited
            """)
        guard let row else { return nil }
        let deadlines: [Timestamp?] = [try row[optional: "lease"], try row[optional: "awaited"]]
        return deadlines.compactMap { $0 }.min()
    }
}

extension TaskBook {
    func hold(_ task: inout ReadingTask, _ person: Person, until lease: Timestamp, at time: Timestamp) {
        if task.claimedBy?.user != person.user || task.claimedAt == nil { task.claimedAt = time }
        task.claimedBy = person
        task.claimedByName = person.displayName
        task.leaseUntil = lease
    }

    /// Without asking the state machine: after a signature nobody holds the task.
    func letGo(_ task: inout ReadingTask) {
        task.claimedBy = nil
        task.claimedByName = nil
        task.leaseUntil = nil
        task.claimedAt = nil
    }

    func free(_ task: inout ReadingTask) throws {
        try step(&task, .claimEnded)
        letGo(&task)
    }

    /// A lease that ran out still lets its holder save, as long as nobody else took the task.
    func checkHolder(_ task: ReadingTask, _ person: Person) throws {
        guard let holder = task.claimedBy else {
            throw ReadingError(
                code: .notClaimant,
                message: "reading task \(task.id) is not claimed, or the claim ran out; claim it again")
        }
        guard holder.user == person.user else { throw claimedByAnother(task, holder) }
    }

    func claimedByAnother(_ task: ReadingTask, _ holder: Person) -> ReadingError {
        ReadingError(
            code: .claimedByAnother, message: "reading task \(task.id) is claimed by \(holder.displayName)")
    }

    func checkSecondReader(_ task: ReadingTask, _ person: Person, in transaction: Transaction) throws {
        guard !singleReaderAllowed, let author = try report(of: task.id, in: transaction)?.author,
            author.user == person.user
        else { return }
        throw ReadingError(
            code: .sameSigner,
            message: "\(person.displayName) signed the preliminary report of reading task \(task.id); "
                + "another person signs the final one")
    }
}
