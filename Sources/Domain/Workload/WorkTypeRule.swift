// One kind of work and its time limits.

import Vocabulary

/// How long a task may take from ready to the final signature.
package struct TimeLimit: Hashable, Sendable, CustomStringConvertible {
    package var minutes: Int
    /// Only minutes within working hours count.
    package var isWorkingTime: Bool

    package init(minutes: Int, isWorkingTime: Bool = false) {
        self.minutes = minutes
        self.isWorkingTime = isWorkingTime
    }

    package var description: String {
        let (number, unit) = minutes % 60 == 0 && minutes > 60 ? (minutes / 60, "h") : (minutes, "min")
        return "\(number) \(isWorkingTime ? "working " : "")\(unit)"
    }
}

package struct WorkTypeRule: Hashable, Sendable {
    package var name: WorkType
    package var chinese: String
    package var english: String
    /// One must hold; none: every study.
    package var alternatives: [WorkConditions]
    /// By `Priority.rank`.
    package let limits: [TimeLimit]
    /// Where it stands in the file.
    package var location: RulePlace?

    /// - Parameters: without a limit of its own an urgent study has the routine one, and a STAT study the urgent one.
    package init(
        name: WorkType, chinese: String, english: String, alternatives: [WorkConditions] = [], routine: TimeLimit,
        urgent: TimeLimit? = nil, stat: TimeLimit? = nil, location: RulePlace? = nil
    ) {
        self.name = name
        self.chinese = chinese
        self.english = english
        self.alternatives = alternatives
        let urgent = urgent ?? routine
        limits = [stat ?? urgent, urgent, routine]
        self.location = location
    }

    package func limit(for priority: Priority) -> TimeLimit { limits[priority.rank] }
}
