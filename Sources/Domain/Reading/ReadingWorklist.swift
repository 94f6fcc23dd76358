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

/// The tasks that this node owns, in the order in which they are read: STAT, urgent, routine, each oldest first. What is
/// read already comes the other way round: what changed last first.
package struct ReadingWorklist: Sendable {
    /// Of what is read already no more are counted: years of it lie behind every node.
    package static let mostCounted = 10_000
    private static let studiesAtOnce = 500

    package let node: NodeName

    package init(node: NodeName) { self.node = node }

    package func tasks(
        _ filter: WorklistFilter = WorklistFilter(), in database: some DatabaseReading
    ) throws -> [ReadingTask] {
        guard !filter.states.isEmpty, !filter.priorities.isEmpty else { return [] }
        let isHistory = filter.states.isSubset(of: ReadingTaskState.read)
        if filter.studies != nil {
            let found = try tasksOfStudies(filter, in: database)
                .sorted { isHistory ? Self.isLater($0, $1) : Self.isReadBefore($0, $1) }
            return Array(found.dropFirst(filter.offset).prefix(filter.limit))
        }
        return isHistory ? try history(filter, in: database) : try waiting(filter, in: database)
    }

    private func waiting(_ filter: WorklistFilter, in database: some DatabaseReading) throws -> [ReadingTask] {
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
        return try database.rows(
            """
            SELECT * FROM reading_task WHERE \(conditions.joined(separator: " AND "))
            ORDER BY priority, created_at, id LIMIT ? OFFSET ?
            """, arguments: arguments + [filter.limit, filter.offset]
        ).map(ReadingTask.init(row:))
    }

    /// State by state, so that an index gives each in order: of years nothing is looked at but what is shown.
    private func history(_ filter: WorklistFilter, in database: some DatabaseReading) throws -> [ReadingTask] {
        var (condition, arguments) = ("", [(any DatabaseBindable)?]())
        if filter.priorities != Set(Priority.allCases) {
            condition += " AND priority IN (\(filter.priorities.map { _ in "?" }.joined(separator: ", ")))"
            arguments += filter.priorities.sorted()
        }
        if let user = filter.claimedBy {
            condition += " AND claimed_by = ?"
            arguments.append(user)
        }
        let found = try filter.states.sorted { $0.rawValue < $1.rawValue }.flatMap { state in
            try database.rows(
                """
                SELECT * FROM reading_task WHERE owner = ? AND state = ?\(condition)
                ORDER BY changed_at DESC, id LIMIT ?
                """, arguments: [node, state] + arguments + [filter.offset + filter.limit]
            ).map(ReadingTask.init(row:))
        }.sorted(by: Self.isLater)
        return Array(found.dropFirst(filter.offset).prefix(filter.limit))
    }

    /// By the studies first: they are few, whatever the states are.
    private func tasksOfStudies(_ filter: WorklistFilter, in database: some DatabaseReading) throws -> [ReadingTask] {
        let studies = (filter.studies ?? []).sorted()
        return try stride(from: 0, to: studies.count, by: Self.studiesAtOnce).flatMap { start in
            let part = studies[start..<min(start + Self.studiesAtOnce, studies.count)]
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            return try database.rows(
                "SELECT * FROM reading_task WHERE study_instance_uid IN (\(marks))", arguments: Array(part)
            ).map(ReadingTask.init(row:)).filter { fits($0, filter) }
        }
    }

    private func fits(_ task: ReadingTask, _ filter: WorklistFilter) -> Bool {
        task.owner == node && filter.states.contains(task.state) && filter.priorities.contains(task.priority)
            && (filter.claimedBy == nil || task.claimedBy?.user == filter.claimedBy)
    }

    private static func isReadBefore(_ first: ReadingTask, _ second: ReadingTask) -> Bool {
        (first.priority, first.createdAt, first.id) < (second.priority, second.createdAt, second.id)
    }

    private static func isLater(_ first: ReadingTask, _ second: ReadingTask) -> Bool {
        (second.changedAt, first.id) < (first.changedAt, second.id)
    }

    /// Of what is read already at most `mostCounted` in each state.
    package func counts(in database: some DatabaseReading) throws -> WorklistCounts {
        var counts = WorklistCounts()
        for state in ReadingTaskState.allCases where ReadingTaskState.read.contains(state) || state == .cancelled {
            let row = try database.row(
                """
                SELECT count(*) AS n FROM (SELECT 1 FROM reading_task WHERE owner = ? AND state = ? LIMIT ?) AS some
                """, node, state, Self.mostCounted)
            if let number: Int = try row?["n"], number > 0 { counts.byState[state] = number }
        }
        let open = ReadingTaskState.allCases.filter { !ReadingTaskState.read.contains($0) && $0 != .cancelled }
        let rows = try database.rows(
            """
            SELECT state, priority, count(*) AS n, min(ready_at) AS oldest FROM reading_task
            WHERE owner = ? AND state IN (\(open.map { _ in "?" }.joined(separator: ", "))) GROUP BY state, priority
            """, arguments: [node] + open)
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
