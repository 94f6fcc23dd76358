// One rule: what it asks and what follows.

import Vocabulary

package struct RoutingRule: Hashable, Sendable {
    package enum Consequence: Hashable, Sendable {
        case readHere
        case forward(NodeName)
    }

    package var name: String
    package var conditions: Conditions
    package var consequence: Consequence
    /// Where it stands in the file.
    package var location: SourceLocation

    package init(
        name: String, conditions: Conditions = Conditions(), consequence: Consequence, location: SourceLocation
    ) {
        self.name = name
        self.conditions = conditions
        self.consequence = consequence
        self.location = location
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

    package init(
        modality: Set<String>? = nil, bodyPart: Set<String>? = nil, institution: Set<String>? = nil,
        priority: Set<Priority>? = nil, wantedDestination: Set<NodeName>? = nil
    ) {
        self.modality = modality
        self.bodyPart = bodyPart
        self.institution = institution
        self.priority = priority
        self.wantedDestination = wantedDestination
    }

    func hold(for facts: StudyFacts) -> Bool {
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
        return true
    }

    /// Code strings (PS3.5 6.2, VR CS) are upper case; people and some modalities write them as they like.
    static func codeString(_ text: String) -> String {
        UIDSyntax.trimmed(text).uppercased()
    }
}

/// A place in a file, counted from 1.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}
