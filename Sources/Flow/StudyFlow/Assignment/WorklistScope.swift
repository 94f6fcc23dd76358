// Whose list a task is on.

import Database
import Reading
import Roster
import Vocabulary

/// How much of the node's worklist somebody looks at: each wider than the one before.
package enum WorklistScope: String, Hashable, Sendable, CaseIterable, Comparable {
    /// 我的: what this reader holds, what was put on their list, and what their shift has on its list.
    case own
    /// 本院: and what waits half its time and comes from an institution that this reader reads for.
    case institution
    /// 本级: and what has waited so long that everybody at this node is shown it.
    case tier
    /// 全部: whatever this node owns.
    case all

    private var width: Int {
        switch self {
        case .own: 0
        case .institution: 1
        case .tier: 2
        case .all: 3
        }
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.width < rhs.width }
}

/// Decides on whose list tasks are, for one reader at one moment.
package struct WorklistSight: Sendable {
    private let reader: String
    private let roster: RosterReader?
    private let duty: Duty?
    private let isOpen: Bool

    package init(_ reader: String, _ staff: Staff) {
        self.reader = reader
        roster = staff.roster.reader(reader)
        duty = staff.duties.duty(of: reader)
        // Where no reader is known at all, nobody is kept from anything.
        isOpen = staff.roster.isOpen
    }

    /// The narrowest list of this reader's on which the task is.
    package func scope(of task: ReadingTask) -> WorklistScope {
        if task.claimedBy?.user == reader || task.assignedTo?.user == reader { return .own }
        // Who can't review still sees what waits for a reviewer where it was to be written.
        let right: ReadingRight = task.state == .preliminary && roster?.has(.verify) == true ? .verify : .write
        guard let demand = task.plan?.demand(right) else { return isOpen ? .own : .tier }
        if task.assignedTo == nil, duty?.takes(demand) ?? isOpen { return .own }
        let readsForIt = roster?.readsFor(demand.institution) ?? isOpen
        if readsForIt, task.visibility >= .institution { return .institution }
        return task.visibility >= .tier ? .tier : .all
    }
}
