// What kind of work a task is, and its clock.

import Vocabulary

/// Worked out by StudyFlow when a task becomes ready at its owner, by the owner's clock, and again when its priority or
/// its order changes. What a reader must be able to do stays beside it, so that lists need no other table.
package struct TaskPlan: Hashable, Codable, Sendable {
    package var workType: WorkType
    /// (0008,0060) of all series.
    package var modalities: [String]
    package var region: BodyRegion?
    /// The hospital: the issuer of the patient IDs.
    package var institution: String
    /// Predicted reading minutes.
    package var minutes: Double
    package var startedAt: Timestamp
    package var institutionAt: Timestamp
    package var tierAt: Timestamp
    package var parentAt: Timestamp
    package var dueAt: Timestamp

    package init(
        workType: WorkType, modalities: [String], region: BodyRegion?, institution: String, minutes: Double,
        startedAt: Timestamp, institutionAt: Timestamp, tierAt: Timestamp, parentAt: Timestamp, dueAt: Timestamp
    ) {
        self.workType = workType
        self.modalities = modalities
        self.region = region
        self.institution = institution
        self.minutes = minutes
        self.startedAt = startedAt
        self.institutionAt = institutionAt
        self.tierAt = tierAt
        self.parentAt = parentAt
        self.dueAt = dueAt
    }

    package func stage(at time: Timestamp) -> VisibilityStage {
        if time >= parentAt { return .parent }
        if time >= tierAt { return .tier }
        return time >= institutionAt ? .institution : .own
    }

    package func nextStage(after time: Timestamp) -> Timestamp? {
        [institutionAt, tierAt, parentAt].first { $0 > time }
    }
}

/// A reader gave the task on, with a word about it.
package struct TaskHandover: Hashable, Codable, Sendable {
    /// The name of who gave it on.
    package var by: String
    package var note: String
    package var at: Timestamp

    package init(by: String, note: String, at: Timestamp) {
        self.by = by
        self.note = note
        self.at = at
    }
}
