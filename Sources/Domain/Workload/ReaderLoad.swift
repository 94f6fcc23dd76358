// Who gets the next study.

import Vocabulary

/// A reader on duty who may read a study, and what lies on their desk.
package struct ReaderLoad: Hashable, Sendable {
    /// The account.
    package var reader: String
    /// Predicted minutes of what they hold or were assigned, in their own time (`pace` included).
    package var minutes: Double
    package var tasks: Int
    /// Minutes they take for what takes the node's readers one.
    package var pace: Double

    package init(reader: String, minutes: Double = 0, tasks: Int = 0, pace: Double = 1) {
        self.reader = reader
        self.minutes = minutes
        self.tasks = tasks
        self.pace = pace
    }

    /// - Parameter minutes: as predicted for the node's readers.
    package mutating func take(minutes: Double) {
        self.minutes += minutes * pace
        tasks += 1
    }

    package mutating func finish(minutes: Double) {
        self.minutes = max(0, self.minutes - minutes * pace)
        tasks = max(0, tasks - 1)
    }

    /// The one who would be through with it first; of equals the one with fewer tasks, then by name. `nil` of nobody.
    ///
    /// - Parameters:
    ///   - loads: those who may read the study, in any order.
    ///   - minutes: as predicted for the node's readers.
    package static func choose(from loads: some Sequence<ReaderLoad>, minutes: Double) -> ReaderLoad? {
        var best: ReaderLoad?
        var bestEnd = 0.0
        for load in loads {
            let end = load.minutes + minutes * load.pace
            guard let known = best else {
                (best, bestEnd) = (load, end)
                continue
            }
            if end != bestEnd
                ? end < bestEnd : load.tasks != known.tasks ? load.tasks < known.tasks : load.reader < known.reader
            {
                (best, bestEnd) = (load, end)
            }
        }
        return best
    }
}
