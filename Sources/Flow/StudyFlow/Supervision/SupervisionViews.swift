// Figures of a month, a quarter or a year.

import Audit
import Database
import Foundation
import Observability
import Reading
import Supervision
import Vocabulary

/// A month that is over is counted once a day, by `FigureKeeper` before anybody asks; the running one once a minute at most;
/// longer spans are sums of months.
package struct SupervisionViews: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package struct Answer: Sendable {
        package var sheet: FigureSheet
        /// When the oldest of its months was counted.
        package var countedAt: Timestamp
    }

    /// - Parameter isFresh: counts everything anew.
    package func figures(of period: CivilPeriod, isFresh: Bool = false) async throws -> Answer {
        try await figures(of: period, isFresh: isFresh, patience: Self.patience)
    }

    /// So old what was counted of a month that is over may be when somebody asks for it.
    private static let patience: Duration = .seconds(2 * 86400)

    /// Counts what is older than `patience`, so that nobody has to wait for it.
    ///
    /// - Parameter month: one that is over.
    func keep(_ month: CivilPeriod, patience: Duration) async throws {
        _ = try await self.month(month, at: flow.clock.now(), isFresh: false, patience: patience)
    }

    private func figures(of period: CivilPeriod, isFresh: Bool, patience: Duration) async throws -> Answer {
        let now = flow.clock.now()
        var answer = Answer(sheet: FigureSheet(), countedAt: now)
        for month in period.months where month.start <= now {
            let (sheet, countedAt) = try await self.month(
                month, at: now, isFresh: isFresh, patience: patience)
            answer.sheet = answer.sheet + sheet
            answer.countedAt = min(answer.countedAt, countedAt)
        }
        return answer
    }

    private func month(
        _ month: CivilPeriod, at now: Timestamp, isFresh: Bool, patience: Duration
    ) async throws -> (FigureSheet, Timestamp) {
        if !isFresh,
            let known = try await flow.database.read({ try kept(month, at: now, patience: patience, in: $0) })
        {
            return known
        }
        let query = FigureQuery(flow, of: month, flow.workforce.rules.times)
        let sheet = try await flow.database.read { try query.sheet(in: $0) }
        let text = String(decoding: try JSONEncoder().encode(sheet), as: UTF8.self)
        try await flow.database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO supervision_month (month, computed_at, figures) VALUES (?, ?, ?)
                ON CONFLICT (month) DO UPDATE SET computed_at = excluded.computed_at, figures = excluded.figures
                """, month.description, now, text)
        }
        return (sheet, now)
    }

    private func kept(
        _ month: CivilPeriod, at now: Timestamp, patience: Duration, in database: some DatabaseReading
    ) throws -> (FigureSheet, Timestamp)? {
        guard
            let row = try database.row("SELECT * FROM supervision_month WHERE month = ?", month.description)
        else { return nil }
        let computedAt: Timestamp = try row["computed_at"]
        let age = now.elapsed(since: computedAt)
        // Counted while it ran, a month that is over now lacks its end.
        let isOver = computedAt >= month.end
        guard age >= .zero, age < (isOver ? patience : .seconds(60)) else { return nil }
        let text: String = try row["figures"]
        return (try JSONDecoder().decode(FigureSheet.self, from: Data(text.utf8)), computedAt)
    }
}

/// What a reader says of a study's result, for the positive rate.
package struct FindingMarkDesk: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    package func isPositive(_ task: TaskID) async throws -> Bool? {
        try await flow.database.read { try flow.findingMarks.isPositive(task.rawValue, in: $0) }
    }

    package func mark(_ task: TaskID, isPositive: Bool?, by person: Person) async throws {
        try await flow.database.write { transaction in
            guard let known = try flow.tasks.task(task, in: transaction) else { throw ReadingError.unknownTask(task) }
            guard known.isOwned(by: flow.node.name) else {
                throw ReadingError(
                    code: .refused(.ownedElsewhere), message: "reading task \(task) is read at \(known.owner)")
            }
            try flow.findingMarks.mark(
                task.rawValue, isPositive: isPositive, by: person.user, at: flow.clock.now(), in: transaction)
        }
    }
}
