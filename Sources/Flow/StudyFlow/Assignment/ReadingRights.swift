// What the roster lets a reader do.

import Database
import Reading
import Roster
import Vocabulary

/// The account's role says what somebody may do at all; a written roster may take rights away, and never gives any.
struct ReadingRights: Sendable {
    private let flow: FlowContext

    init(_ flow: FlowContext) { self.flow = flow }

    /// To claim this task: to write it, or to review it.
    func check(_ task: TaskID, _ person: Person, in transaction: Transaction) throws {
        guard let known = try flow.tasks.task(task, in: transaction) else { return }
        try check(known.state == .preliminary ? .verify : .write, person, in: transaction)
    }

    /// - Throws: `AssignmentError.cannotRead`.
    func check(_ right: ReadingRight, _ person: Person, in transaction: Transaction) throws {
        guard let reader = flow.workforce.written?.reader(person.user), !reader.has(right) else { return }
        throw AssignmentError(
            code: .cannotRead,
            message:
                "the roster gives \(person.displayName) no right to \(right.rawValue); ask whoever keeps the roster")
    }
}
