// What kind of work a study is, and until when it must be done.

import Vocabulary

/// Work types with their limits, working hours, and how visibility widens. Pure: facts and a time in, a clock out.
package struct TimeLimits: Hashable, Sendable {
    /// The first that fits decides; the last takes everything.
    package let workTypes: [WorkTypeRule]
    package let working: WorkingHours
    /// What kind of patient to take a study without an order for.
    package let guesses: [Priority: PatientClass]
    /// Parts of the limit after which the institution, the tier and the parent see a task.
    package let widening: Widening

    package struct Widening: Hashable, Sendable {
        /// Hundredths of the limit, not falling.
        package var institution: Int
        package var tier: Int
        package var parent: Int

        package init(institution: Int = 50, tier: Int = 75, parent: Int = 100) {
            self.institution = institution
            self.tier = tier
            self.parent = parent
        }
    }

    package static let usualGuesses: [Priority: PatientClass] = [
        .stat: .emergency, .urgent: .inpatient, .routine: .outpatient,
    ]

    /// - Parameter workTypes: the last must be without conditions; `TimeLimits.init(yaml:)` sees to it.
    package init(
        workTypes: [WorkTypeRule], working: WorkingHours, guesses: [Priority: PatientClass] = usualGuesses,
        widening: Widening = Widening()
    ) {
        self.workTypes = workTypes
        self.working = working
        self.guesses = guesses
        self.widening = widening
    }

    /// What a STAT study is whatever the order says, and else what the order says.
    package func patientClass(of facts: WorkFacts) -> PatientClass {
        if facts.priority == .stat { return .emergency }
        return facts.patientClass ?? guesses[facts.priority] ?? .outpatient
    }

    package func rule(for facts: WorkFacts) -> WorkTypeRule? {
        let patientClass = patientClass(of: facts)
        return workTypes.first { rule in
            rule.alternatives.isEmpty
                || rule.alternatives.contains { $0.hold(for: facts, patientClass: patientClass) }
        }
    }

    package func rule(named name: WorkType) -> WorkTypeRule? { workTypes.first { $0.name == name } }

    /// The clock of a study that became ready at `start`, by the clock of the node that reads it.
    package func clock(for facts: WorkFacts, from start: Timestamp) -> ReadingClock? {
        guard let rule = rule(for: facts) else { return nil }
        let limit = rule.limit(for: facts.priority)
        func after(_ hundredths: Int) -> Timestamp {
            let milliseconds = Int64(limit.minutes) * 600 * Int64(hundredths)
            return limit.isWorkingTime
                ? working.add(milliseconds: milliseconds, to: start)
                : Timestamp(milliseconds: start.milliseconds + milliseconds)
        }
        return ReadingClock(
            workType: rule.name, startedAt: start, institutionAt: after(widening.institution),
            tierAt: after(widening.tier), parentAt: after(widening.parent), dueAt: after(100))
    }
}

/// Until when a task must be done, and who sees it meanwhile.
package struct ReadingClock: Hashable, Sendable {
    package var workType: WorkType
    package var startedAt: Timestamp
    package var institutionAt: Timestamp
    package var tierAt: Timestamp
    package var parentAt: Timestamp
    package var dueAt: Timestamp

    package init(
        workType: WorkType, startedAt: Timestamp, institutionAt: Timestamp, tierAt: Timestamp, parentAt: Timestamp,
        dueAt: Timestamp
    ) {
        self.workType = workType
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

    /// When `stage(at:)` changes next; `nil` once the parent sees it.
    package func nextStage(after time: Timestamp) -> Timestamp? {
        [institutionAt, tierAt, parentAt].first { $0 > time }
    }
}
