// How late the work is: by age, not by count.

import Database
import Vocabulary

/// What an operator is told: not how many tasks there are, but how long they have waited against their limits.
package struct TaskAlarms: Hashable, Sendable {
    /// Unclaimed, by how far they are seen.
    package var waiting: [VisibilityStage: Int] = [:]
    /// Past their limit and not signed, claimed or not.
    package var overdue = 0
    /// The limit that was passed longest ago.
    package var oldestDueAt: Timestamp?
    /// The task that is it.
    package var oldest: TaskID?
    /// Overdue, by work type.
    package var overdueByWorkType: [WorkType: Int] = [:]

    package init() {}
}

extension ReadingWorklist {
    package func alarms(at time: Timestamp, in database: some DatabaseReading) throws -> TaskAlarms {
        var alarms = TaskAlarms()
        for row in try database.rows(
            "SELECT visibility, count(*) AS n FROM reading_task WHERE owner = ? AND state = ? GROUP BY visibility",
            node,
            ReadingTaskState.ready)
        {
            alarms.waiting[try row["visibility"]] = try row["n"]
        }
        let open = ReadingTaskState.onTheReadersDesk.sorted { $0.rawValue < $1.rawValue }
        let arguments: [(any DatabaseBindable)?] = [node] + open + [time]
        let marks = open.map { _ in "?" }.joined(separator: ", ")
        for row in try database.rows(
            """
            SELECT work_type, count(*) AS n FROM reading_task WHERE owner = ? AND state IN (\(marks)) AND due_at <= ?
            GROUP BY work_type
            """, arguments: arguments)
        {
            let count: Int = try row["n"]
            alarms.overdueByWorkType[try row["work_type"]] = count
            alarms.overdue += count
        }
        if let row = try database.rows(
            """
            SELECT id, due_at FROM reading_task WHERE owner = ? AND state IN (\(marks)) AND due_at <= ?
            ORDER BY due_at, id LIMIT 1
            """, arguments: arguments
        ).first {
            alarms.oldest = try row["id"]
            alarms.oldestDueAt = try row["due_at"]
        }
        return alarms
    }
}
