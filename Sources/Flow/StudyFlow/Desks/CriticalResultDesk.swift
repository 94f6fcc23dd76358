// What people do with critical results.

import Audit
import CriticalResults
import Database
import Foundation
import Reading
import Vocabulary

/// Each act is one transaction: the result, the audit line and the news for the nodes on the study's way, or nothing.
package struct CriticalResultDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// A reader has seen something that the hospital must hear of at once; before the report, with it or after.
    ///
    /// - Throws: `CriticalResultError`; `ReadingError.unknownTask`.
    package func mark(
        _ code: String, note: String, of task: TaskID, by person: Person
    ) async throws -> KnownCriticalResult {
        guard let finding = flow.criticalList[code] else {
            throw CriticalResultError(
                code: .unknownFinding, message: "the list of critical results has no '\(code.prefix(64))'")
        }
        guard !finding.needsNote || !note.isEmpty else {
            throw CriticalResultError(code: .noteMissing, message: "say in the note what was found")
        }
        return try await act(by: person) { transaction in
            guard let known = try flow.tasks.task(task, in: transaction) else { throw ReadingError.unknownTask(task) }
            guard known.isOwned(by: flow.node.name), ![.offered, .cancelled, .waitingForImages].contains(known.state)
            else {
                throw CriticalResultError(
                    code: .notReadHere, message: "study \(known.study) is not read at this node now")
            }
            let now = flow.clock.now()
            var result = CriticalResult(
                study: known.study, task: task.rawValue, origin: known.origin, owner: flow.node.name, code: code,
                name: finding.name, note: note, markedBy: person.user, markedByName: person.displayName, markedAt: now)
            // Where it is read where it was taken, it has come where it must.
            if known.origin == flow.node.name { result.arrivals = [.init(node: flow.node.name, at: now)] }
            try flow.criticalResults.mark(result, at: now, in: transaction)
            guard let marked = try flow.criticalResults.result(result.id, in: transaction) else {
                throw CriticalResultError(code: .unknownResult, message: "a critical result was not kept; try again")
            }
            return Change(after: marked, before: nil)
        }
    }

    /// - Parameter told: who was told; needed where this is not the hospital that took the study.
    package func acknowledge(
        _ id: UUID, told: String, wasReadBack: Bool, by person: Person
    ) async throws -> KnownCriticalResult {
        try await act(by: person) { transaction in
            let before = try required(id, in: transaction)
            let after = try flow.criticalResults.acknowledge(
                id, byUser: person.user, name: person.displayName, told: told, wasReadBack: wasReadBack,
                at: flow.clock.now(), in: transaction)
            return Change(after: after ?? before, before: before.result)
        }
    }

    /// The reader was wrong, and says why.
    package func withdraw(_ id: UUID, reason: String, by person: Person) async throws -> KnownCriticalResult {
        try await act(by: person) { transaction in
            let before = try required(id, in: transaction)
            let now = flow.clock.now()
            let after = try flow.criticalResults.withdraw(
                id, .init(name: person.displayName, reason: reason, at: now), at: now, in: transaction)
            return Change(after: after ?? before, before: before.result)
        }
    }

    private struct Change {
        var after: KnownCriticalResult
        /// `nil` when it is new.
        var before: CriticalResult?
    }

    private func act(
        by person: Person, _ change: @escaping @Sendable (Transaction) throws -> Change
    ) async throws -> KnownCriticalResult {
        let (known, wakes) = try await flow.database.write { transaction in
            var wakes = Wakes()
            let change = try change(transaction)
            // Said again, it is no news.
            if change.after.result != change.before {
                let passing = CriticalResultPassing(flow)
                try passing.auditNews(
                    change.after.result, since: change.before, by: .user(person.user), in: transaction)
                try passing.tell(change.after, in: transaction, wakes: &wakes)
            }
            return (change.after, wakes)
        }
        wakes.ring(flow.signals)
        return known
    }

    private func required(_ id: UUID, in transaction: Transaction) throws -> KnownCriticalResult {
        guard let known = try flow.criticalResults.result(id, in: transaction) else {
            throw CriticalResultError(code: .unknownResult, message: "there is no such critical result at this node")
        }
        return known
    }
}
