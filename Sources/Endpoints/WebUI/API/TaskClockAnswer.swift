// The clock of a task, and its hand-over, as the JSON API tells them.

import HTTPService
import Reading
import Vocabulary

struct TaskClockAnswer: Encodable, Sendable {
    var workType: WorkType
    var workTypeLabel: String
    var startedAt: String
    var dueAt: String
    /// Negative once it is late.
    var secondsLeft: Int64
    /// Who sees it by now.
    var seenBy: VisibilityStage
    var predictedMinutes: Double

    init(_ plan: TaskPlan, _ task: ReadingTask, now: Timestamp, label: String) {
        workType = plan.workType
        workTypeLabel = label
        startedAt = plan.startedAt.description
        dueAt = plan.dueAt.description
        secondsLeft = plan.dueAt.elapsed(since: now).milliseconds / 1000
        seenBy = task.visibility
        predictedMinutes = plan.minutes
    }
}

struct HandoverAnswer: Encodable, Sendable {
    var by: String
    var note: String
    var at: String

    init(_ handover: TaskHandover) {
        by = handover.by
        note = handover.note
        at = handover.at.description
    }
}
