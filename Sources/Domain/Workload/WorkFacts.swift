// What a work type may ask about a study.

import Vocabulary

/// The facts that a work type, a time limit and the predicted minutes follow from, gathered by StudyFlow.
package struct WorkFacts: Hashable, Sendable {
    /// (0008,0060) of all series.
    package var modalities: [String]
    package var region: BodyRegion?
    /// As the order says; `nil` without one: guessed by the priority (`TimeLimits.guesses`).
    package var patientClass: PatientClass?
    package var priority: Priority
    /// 疑难: the order says so.
    package var isComplex: Bool

    package init(
        modalities: [String], region: BodyRegion? = nil, patientClass: PatientClass? = nil,
        priority: Priority = .routine, isComplex: Bool = false
    ) {
        self.modalities = modalities
        self.region = region
        self.patientClass = patientClass
        self.priority = priority
        self.isComplex = isComplex
    }
}

/// What must all be so; `nil` asks nothing.
package struct WorkConditions: Hashable, Sendable {
    package var patientClass: Set<PatientClass>?
    /// Any of the study's modalities is among these.
    package var modality: Set<String>?
    package var region: Set<BodyRegion>?
    package var priority: Set<Priority>?
    package var isComplex: Bool?

    package init(
        patientClass: Set<PatientClass>? = nil, modality: Set<String>? = nil, region: Set<BodyRegion>? = nil,
        priority: Set<Priority>? = nil, isComplex: Bool? = nil
    ) {
        self.patientClass = patientClass
        self.modality = modality
        self.region = region
        self.priority = priority
        self.isComplex = isComplex
    }

    func hold(for facts: WorkFacts, patientClass known: PatientClass) -> Bool {
        if let patientClass, !patientClass.contains(known) { return false }
        if let modality, !facts.modalities.contains(where: modality.contains) { return false }
        if let region {
            guard let known = facts.region, region.contains(known) else { return false }
        }
        if let priority, !priority.contains(facts.priority) { return false }
        if let isComplex, isComplex != facts.isComplex { return false }
        return true
    }
}
