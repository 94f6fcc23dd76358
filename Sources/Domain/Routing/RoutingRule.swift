// One rule: what it asks and what follows.

import Vocabulary

package struct RoutingRule: Hashable, Sendable {
    package enum Consequence: Hashable, Sendable {
        case readHere
        /// To the first of these that can be reached and can help.
        case forward([NodeName])
    }

    package var name: String
    package var conditions: Conditions
    package var consequence: Consequence
    /// A task that this rule passed on and that nobody there began with is asked back after this many minutes, once the
    /// rule does not hold any more; `nil`: never by itself.
    package var recallAfter: Int?
    /// Where it stands in the file.
    package var location: RulePlace

    package init(
        name: String, conditions: Conditions = Conditions(), consequence: Consequence, recallAfter: Int? = nil,
        location: RulePlace
    ) {
        self.name = name
        self.conditions = conditions
        self.consequence = consequence
        self.recallAfter = recallAfter
        self.location = location
    }

    /// Its outcome may change while a study waits, without anything about the study changing: such a rule is asked again
    /// about what nobody has begun to read.
    package var isDynamic: Bool { conditions.isDynamic }
}

/// When a rule about the backlog begins and ends to hold: above the one, until below the other. Between the two it stays as
/// it was, so that the node doesn't flap.
package struct BacklogThresholds: Hashable, Codable, Sendable {
    /// Predicted reading minutes for each reader on duty.
    package var above: Double
    package var below: Double

    package init(above: Double, below: Double) {
        self.above = above
        self.below = below
    }

    /// - Parameter minutes: for each reader on duty; `nil` where that is not known, which opens nothing.
    package func isOpen(after wasOpen: Bool, at minutes: Double?) -> Bool {
        guard let minutes else { return false }
        return wasOpen ? minutes >= below : minutes > above
    }
}

/// What must all be so; `nil` asks nothing, so that a rule without conditions takes every study.
package struct Conditions: Hashable, Sendable {
    /// Any of the study's modalities is among these.
    package var modality: Set<String>?
    package var bodyPart: Set<String>?
    /// The issuer of the patient IDs, or the node that acquired the study.
    package var institution: Set<String>?
    package var priority: Set<Priority>?
    package var wantedDestination: Set<NodeName>?
    package var workType: Set<WorkType>?
    /// By the time on the wall.
    package var time: DailyWindow?
    package var weekdays: Set<Weekday>?
    /// Nobody on duty here may read it (`true`), or somebody may (`false`).
    package var isUncovered: Bool?
    package var backlog: BacklogThresholds?

    package init(
        modality: Set<String>? = nil, bodyPart: Set<String>? = nil, institution: Set<String>? = nil,
        priority: Set<Priority>? = nil, wantedDestination: Set<NodeName>? = nil, workType: Set<WorkType>? = nil,
        time: DailyWindow? = nil, weekdays: Set<Weekday>? = nil, isUncovered: Bool? = nil,
        backlog: BacklogThresholds? = nil
    ) {
        self.modality = modality
        self.bodyPart = bodyPart
        self.institution = institution
        self.priority = priority
        self.wantedDestination = wantedDestination
        self.workType = workType
        self.time = time
        self.weekdays = weekdays
        self.isUncovered = isUncovered
        self.backlog = backlog
    }

    package var isDynamic: Bool { time != nil || weekdays != nil || isUncovered != nil || backlog != nil }

    /// The readers decide it: their number, their shifts, what lies before them.
    package var isAboutReaders: Bool { isUncovered != nil || backlog != nil }

    /// - Parameter isOpen: what became of `backlog`'s thresholds.
    package func hold(for facts: StudyFacts, isOpen: Bool) -> Bool {
        holdForStudy(facts) && holdForMoment(facts, isOpen: isOpen)
    }

    /// What stays the same while a study waits.
    package func holdForStudy(_ facts: StudyFacts) -> Bool {
        if let modality, modality.isDisjoint(with: facts.modalities.map(Self.codeString)) { return false }
        if let bodyPart {
            guard let part = facts.bodyPart, bodyPart.contains(Self.codeString(part)) else { return false }
        }
        if let institution {
            let names = [facts.institution, facts.origin?.rawValue].compactMap { $0 }
            guard !institution.isDisjoint(with: names) else { return false }
        }
        if let priority, !priority.contains(facts.priority) { return false }
        if let wantedDestination {
            guard let wanted = facts.wantedDestination, wantedDestination.contains(wanted) else { return false }
        }
        if let workType {
            guard let type = facts.workType, workType.contains(type) else { return false }
        }
        return true
    }

    /// What changes with the time and with the readers.
    package func holdForMoment(_ facts: StudyFacts, isOpen: Bool) -> Bool {
        if let time {
            guard let now = facts.time, time.contains(now) else { return false }
        }
        if let weekdays {
            guard let now = facts.time, weekdays.contains(Weekday.civil(now).day) else { return false }
        }
        if let isUncovered, facts.isUncovered != isUncovered { return false }
        return backlog == nil || isOpen
    }

    /// Code strings (PS3.5 6.2, VR CS) are upper case; people and some modalities write them as they like.
    static func codeString(_ text: String) -> String {
        UIDSyntax.trimmed(text).uppercased()
    }
}
