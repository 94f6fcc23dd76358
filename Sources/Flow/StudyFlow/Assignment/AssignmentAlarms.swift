// What an operator is told about work that runs late.

import Database
import Reading
import Roster
import Vocabulary
import Workload

/// By age, not by count: how long the oldest is past its limit, what nears it, and which shifts will have nobody.
package struct AssignmentAlarms: Hashable, Sendable {
    package var tasks: TaskAlarms
    package var backlog: Backlog
    package var readersOnDuty: [String]
    package var uncovered: [UncoveredShift]
    package var now: Timestamp
    /// What the kinds of work are called.
    package var workTypes: [WorkTypeRule]

    /// How long the limit of the oldest was passed ago.
    package var oldestOverdue: Duration? { tasks.oldestDueAt.map { now.elapsed(since: $0) } }

    /// Shifts that have nobody now.
    package var uncoveredNow: [UncoveredShift] { uncovered.filter { $0.from <= now } }
}

extension NodeViews {
    package func alarms() async throws -> AssignmentAlarms {
        try await flow.database.read { try alarms(in: $0) }
    }

    func alarms(in database: some DatabaseReading) throws -> AssignmentAlarms {
        let now = flow.clock.now()
        let staff = try flow.staff(at: now, in: database)
        let waiting = try flow.tasks.waitingMinutes(in: database)
        return AssignmentAlarms(
            tasks: try flow.worklist.alarms(at: now, in: database),
            backlog: Backlog(
                minutes: waiting.minutes, tasks: waiting.tasks, readersOnDuty: staff.duties.duties.count),
            readersOnDuty: staff.duties.duties.map(\.reader.name),
            uncovered: RosterDesk(flow).uncovered(staff, at: now), now: now,
            workTypes: flow.workforce.rules.limits.workTypes)
    }
}
