// Giving tasks to readers by hand, and taking them back.

import Audit
import Database
import Reading
import Roster
import Vocabulary

/// Each act is one transaction: the task, the audit line and the news for the node below, or nothing.
package struct AssignmentDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// A reader gives on what they hold or have on their list: to a named reader, or back to everybody's list. The draft
    /// stays for whoever comes next.
    ///
    /// - Throws: `AssignmentError.unknownReader`, `.cannotRead`; `ReadingError.claimedByAnother`.
    package func handOver(
        _ task: TaskID, to receiver: String?, note: String, by person: Person
    ) async throws -> ReadingTask {
        try await act(.taskHandedOver, by: person, detail: receiver.map { "to \($0)" } ?? "to everybody") {
            transaction in
            let receiver = try receiver.map { try reader($0, for: task, in: transaction) }
            return try flow.tasks.handOver(
                task, by: person, to: receiver, note: note, at: flow.clock.now(), in: transaction)
        }
    }

    /// An operator puts a task on a reader's list.
    ///
    /// - Throws: as `handOver`.
    package func assign(_ task: TaskID, to reader: String, by person: Person) async throws -> ReadingTask {
        try await act(.taskAssigned, by: person, detail: "to \(reader)") { transaction in
            let receiver = try self.reader(reader, for: task, in: transaction)
            return try flow.tasks.handOver(
                task, by: person, isOwn: false, to: receiver, note: "", at: flow.clock.now(), in: transaction)
        }
    }

    /// An operator takes a task from whoever holds it or has it on their list. The draft stays.
    package func recall(_ task: TaskID, by person: Person) async throws -> ReadingTask {
        try await act(.taskAssignmentEnded, by: person, detail: "recalled") { transaction in
            try flow.tasks.recallAssignment(task, at: flow.clock.now(), in: transaction)
        }
    }

    /// Who may be given this task: account, name, and what keeps them from it.
    package func receivers(for task: TaskID) async throws -> [Receiver] {
        try await flow.database.read { snapshot in
            guard let known = try flow.tasks.task(task, in: snapshot) else { throw ReadingError.unknownTask(task) }
            let now = flow.clock.now()
            let staff = try flow.staff(at: now, in: snapshot)
            return staff.accounts.filter { !$0.isDisabled }.compactMap { account in
                guard let reader = staff.roster.reader(account.name),
                    known.demand.map(reader.canRead) ?? reader.has(.write)
                else { return nil }
                return Receiver(
                    name: account.name, displayName: account.displayName,
                    isOnDuty: staff.duties.duty(of: account.name) != nil,
                    isAway: staff.isAway(account.name, at: now))
            }
        }
    }

    package struct Receiver: Hashable, Sendable {
        package var name: String
        package var displayName: String
        package var isOnDuty: Bool
        package var isAway: Bool
    }

    // MARK: Details

    private func reader(_ name: String, for id: TaskID, in transaction: Transaction) throws -> Person {
        let now = flow.clock.now()
        let staff = try flow.staff(at: now, in: transaction)
        guard let account = staff.account(name), !account.isDisabled, let reader = staff.roster.reader(name) else {
            throw AssignmentError(
                code: .unknownReader,
                message: "'\(name)' is no reader of this node; choose one from the roster")
        }
        guard let task = try flow.tasks.task(id, in: transaction) else { throw ReadingError.unknownTask(id) }
        guard task.demand.map(reader.canRead) ?? true else {
            throw AssignmentError(
                code: .cannotRead,
                message: "\(account.displayName) does not read this modality, region or institution, or has not the "
                    + "right; choose another reader")
        }
        guard !staff.isAway(name, at: now) else {
            throw AssignmentError(
                code: .away, message: "\(account.displayName) is away; choose another reader")
        }
        return Person(user: name, displayName: account.displayName)
    }

    private func act(
        _ action: AuditAction, by person: Person, detail: String,
        _ change: @escaping @Sendable (Transaction) throws -> ReadingTask
    ) async throws -> ReadingTask {
        let (task, wakes) = try await flow.database.write { transaction in
            let task = try change(transaction)
            var wakes = Wakes()
            try flow.audit.record(
                AuditEvent(
                    action, by: .user(person.user), at: flow.clock.now(), study: task.study, object: task.id.rawValue,
                    detail: detail), in: transaction)
            try TaskPassing(flow).tellBelow(task, in: transaction, wakes: &wakes)
            return (task, wakes)
        }
        wakes.ring(flow.signals)
        return task
    }
}
