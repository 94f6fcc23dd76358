// The roster as people see and change it.

import Audit
import Database
import Foundation
import Reading
import Roster
import Vocabulary

/// What the roster's page and interface show.
package struct RosterView: Sendable {
    package var now: Timestamp
    package var staff: Staff
    package var away: [AwayMark]
    /// Of the coming week.
    package var uncovered: [UncoveredShift]
    /// The file's text; `nil` where none is written.
    package var yaml: String?
    package var isEditable: Bool
    /// What each reader holds or has on their list.
    package var desks: [ReaderDesk]

    /// As shown to people; the account where there is none any more.
    package func name(of reader: String) -> String { staff.account(reader)?.displayName ?? reader }
}

package struct RosterDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// How far ahead uncovered shifts are looked for.
    package static let horizon: Duration = .seconds(7 * 24 * 3600)

    package func view() async throws -> RosterView {
        let workforce = flow.workforce
        let yaml = try text()
        return try await flow.database.read { snapshot in
            let now = flow.clock.now()
            let staff = try flow.staff(at: now, in: snapshot)
            return RosterView(
                now: now, staff: staff, away: try flow.away.marks(at: now, in: snapshot),
                uncovered: uncovered(staff, at: now), yaml: yaml, isEditable: workforce.rosterFile != nil,
                desks: try flow.tasks.desks(in: snapshot))
        }
    }

    /// Shifts, or parts of them, that nobody covers from now until the horizon.
    package func uncovered(_ staff: Staff, at now: Timestamp) -> [UncoveredShift] {
        staff.roster.uncovered(
            workTypes: flow.workforce.rules.limits.workTypes.map(\.name), from: now, to: now + Self.horizon,
            absences: staff.absences)
    }

    private func text() throws -> String? {
        guard let file = flow.workforce.rosterFile, FileManager.default.fileExists(atPath: file) else { return nil }
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    // MARK: Away

    /// Marks a reader as away; the tasks they hold and have on their list are freed in the same transaction, drafts stay.
    ///
    /// - Returns: how many tasks were freed.
    /// - Throws: `AssignmentError.unknownReader`, `.wrongTimes`.
    @discardableResult
    package func markAway(
        _ reader: String, from: Timestamp? = nil, until: Timestamp? = nil, note: String? = nil, by person: Person
    ) async throws -> Int {
        let (count, wakes) = try await flow.database.write { transaction in
            let now = flow.clock.now()
            let from = max(from ?? now, now)
            if let until, until <= from {
                throw AssignmentError(code: .wrongTimes, message: "an absence ends after it begins; check both times")
            }
            guard try flow.workforce.accounts(in: transaction).contains(where: { $0.name == reader }) else {
                throw AssignmentError(
                    code: .unknownReader, message: "'\(reader)' is no reader of this node; choose one from the roster")
            }
            try flow.away.prune(endedBefore: now, in: transaction)
            try flow.away.mark(
                Absence(reader: reader, from: from, until: until), by: person.user, note: note, in: transaction)
            try audit(.readerAway, reader, by: person, in: transaction)
            var wakes = Wakes()
            wakes.assignment = true
            wakes.changes.insert(FlowChange(.roster))
            guard from <= now else { return (0, wakes) }
            return (try free(reader, in: transaction, wakes: &wakes), wakes)
        }
        wakes.ring(flow.signals)
        return count
    }

    /// - Returns: whether the reader was away.
    @discardableResult
    package func comeBack(_ reader: String, by person: Person) async throws -> Bool {
        let wasAway = try await flow.database.write { transaction in
            let wasAway = try flow.away.comeBack(reader, at: flow.clock.now(), in: transaction)
            if wasAway { try audit(.readerBack, reader, by: person, in: transaction) }
            return wasAway
        }
        flow.signals.assignment.ring()
        flow.signals.publish(FlowChange(.roster))
        return wasAway
    }

    private func free(_ reader: String, in transaction: Transaction, wakes: inout Wakes) throws -> Int {
        let now = flow.clock.now()
        let held = try flow.tasks.held(in: transaction).filter { $0.claimedBy?.user == reader }
        let listed = try flow.tasks.assigned(in: transaction).filter { $0.assignedTo?.user == reader }
        var seen: Set<TaskID> = []
        for task in held + listed where seen.insert(task.id).inserted {
            let freed = try flow.tasks.recallAssignment(task.id, at: now, in: transaction)
            try flow.audit.record(
                AuditEvent(
                    .taskUnclaimed, by: .system("assignment"), at: now, study: task.study, object: task.id.rawValue,
                    detail: "\(reader): away"), in: transaction)
            try TaskPassing(flow).tellBelow(freed, in: transaction, wakes: &wakes)
        }
        return seen.count
    }

    // MARK: The file

    /// Reads a roster and checks it against accounts and work types.
    ///
    /// - Throws: `RosterError` whose message begins with the line and column.
    package func check(_ yaml: String) async throws -> Roster {
        let roster = try Roster(yaml: yaml, file: "roster.yaml")
        let accounts = try await flow.database.read { try flow.workforce.accounts(in: $0) }
        try roster.validate(
            accounts: Dictionary(accounts.map { ($0.name, $0.rights) }) { first, _ in first },
            workTypes: Set(flow.workforce.rules.limits.workTypes.map(\.name)))
        return roster
    }

    /// Writes a roster that passed `check`, and goes by it from now on.
    ///
    /// - Throws: `RosterError`; `AssignmentError.rosterNotWritable`.
    @discardableResult
    package func replace(_ yaml: String, by person: Person) async throws -> Roster {
        let roster = try await check(yaml)
        guard let file = flow.workforce.rosterFile else {
            throw AssignmentError(
                code: .rosterNotWritable, message: "this node has no roster file; name one in node.yaml under 'roster'")
        }
        do {
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            throw AssignmentError(
                code: .rosterNotWritable, message: "the roster can't be written to \(file); check its owner",
                cause: error)
        }
        flow.workforce.replace(roster)
        try await flow.database.write { transaction in
            try audit(.rosterChanged, nil, by: person, in: transaction)
        }
        flow.signals.assignment.ring()
        flow.signals.publish(FlowChange(.roster))
        return roster
    }

    private func audit(
        _ action: AuditAction, _ reader: String?, by person: Person, in transaction: Transaction
    ) throws {
        try flow.audit.record(
            AuditEvent(action, by: .user(person.user), at: flow.clock.now(), object: reader), in: transaction)
    }
}
