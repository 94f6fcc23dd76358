// What there is to read at this node.

import Database
import Vocabulary

package struct WorklistFilter: Hashable, Sendable {
    package var states: Set<ReadingTaskState>
    package var priorities: Set<Priority>
    /// Tasks that this account holds.
    package var claimedBy: String?
    /// Only tasks of these studies, such as those of one modality; `nil` for all.
    package var studies: Set<StudyInstanceUID>?
    package var limit: Int
    package var offset: Int

    /// All that is on the readers' desk, unless it says otherwise.
    package init(
        states: Set<ReadingTaskState> = ReadingTaskState.onTheReadersDesk,
        priorities: Set<Priority> = Set(Priority.allCases), claimedBy: String? = nil,
        studies: Set<StudyInstanceUID>? = nil, limit: Int = 200, offset: Int = 0
    ) {
        self.states = states
        self.priorities = priorities
        self.claimedBy = claimedBy
        self.studies = studies
        self.limit = limit
        self.offset = offset
    }
}

/// How many tasks wait, and since when.
package struct WorklistCounts: Hashable, Sendable {
    package var byState: [ReadingTaskState: Int] = [:]
    /// Of what is ready, by priority.
    package var readyByPriority: [Priority: Int] = [:]
    /// The age of the list is counted from here.
    package var oldestReadyAt: Timestamp?

    package subscript(state: ReadingTaskState) -> Int { byState[state, default: 0] }
}

/// The tasks that this node owns, in the order in which they are read: STAT, urgent, routine, each oldest first.
package struct ReadingWorklist: Sendable {
    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    package func tasks(
        _ filter: WorklistFilter = WorklistFilter(), in database: some DatabaseReading
    ) throws -> [ReadingTask] {
        guard !filter.states.isEmpty, !filter.priorities.isEmpty else { return [] }
        var conditions = ["owner = ?"]
        var arguments: [(any DatabaseBindable)?] = [node]
        func add(_ column: String, _ values: [any DatabaseBindable]) {
            conditions.append("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))")
            arguments += values
        }
        add("state", filter.states.sorted { $0.rawValue < $1.rawValue })
        add("priority", filter.priorities.sorted())
        if let user = filter.claimedBy {
            conditions.append("claimed_by = ?")
            arguments.append(user)
        }
        let selection =
            "SELECT * FROM reading_task WHERE \(conditions.joined(separator: " AND ")) ORDER BY priority, created_at, id"
        guard let studies = filter.studies else {
            return try database.rows(
                selection + " LIMIT ? OFFSET ?", arguments: arguments + [filter.limit, filter.offset]
            ).map(ReadingTask.init(row:))
        }
        // A set of studies has no bound that SQL's list of arguments could be trusted to hold.
        let found = try database.rows(selection, arguments: arguments).map(ReadingTask.init(row:))
        return Array(found.filter { studies.contains($0.study) }.dropFirst(filter.offset).prefix(filter.limit))
    }

    package func counts(in database: some DatabaseReading) throws -> WorklistCounts {
        var counts = WorklistCounts()
        let rows = try database.rows(
            """
            SELECT state, priority, count(*) AS n, min(ready_at) AS oldest FROM reading_task WHERE owner = ?
            GROUP BY state, priority
            """, node)
        for row in rows {
            let state: ReadingTaskState = try row["state"]
            let number: Int = try row["n"]
            counts.byState[state, default: 0] += number
            guard state == .ready else { continue }
            counts.readyByPriority[try row["priority"], default: 0] += number
            let oldest: Timestamp? = try row[optional: "oldest"]
            counts.oldestReadyAt = [counts.oldestReadyAt, oldest].compactMap { $0 }.min()
        }
        return counts
    }

    /// Tasks of this node, owned here or elsewhere, that changed last; for the page of a node that acquires studies.
    package func recent(limit: Int = 100, in database: some DatabaseReading) throws -> [ReadingTask] {
        try database.rows("SELECT * FROM reading_task ORDER BY changed_at DESC, id LIMIT ?", limit)
            .map(ReadingTask.init(row:))
    }
}
