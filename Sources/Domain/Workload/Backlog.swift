// How much waits, in the readers' own time.

import Vocabulary

/// Predicted reading minutes over the readers on duty.
package struct Backlog: Hashable, Sendable {
    /// Of all that is ready or being written, not yet signed by its author.
    package var minutes: Double
    package var tasks: Int
    package var readersOnDuty: Int

    package init(minutes: Double = 0, tasks: Int = 0, readersOnDuty: Int = 0) {
        self.minutes = minutes
        self.tasks = tasks
        self.readersOnDuty = readersOnDuty
    }

    package mutating func add(minutes: Double) {
        self.minutes += minutes
        tasks += 1
    }

    /// For each reader on duty; infinite where something waits and nobody is there.
    package var minutesPerReader: Double {
        if tasks == 0 { return 0 }
        return readersOnDuty > 0 ? minutes / Double(readersOnDuty) : .infinity
    }
}
