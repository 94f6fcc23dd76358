// Which patients of two hospitals are one person.

import Vocabulary

/// How sure it is that a study is the same person's.
package enum LinkCertainty: String, Hashable, Codable, Sendable, CaseIterable {
    /// It may be opened beside the other without a question.
    case certain
    /// A person must look first: it is shown as to be checked, and never opened by itself.
    case probable
}

/// Why a study counts as the same person's.
package struct LinkBasis: Hashable, Codable, Sendable {
    /// The rule's name; `nil`: the same hospital's same patient ID.
    package var rule: String?
    package var certainty: LinkCertainty

    package init(rule: String?, certainty: LinkCertainty) {
        self.rule = rule
        self.certainty = certainty
    }

    package static let samePatientID = LinkBasis(rule: nil, certainty: .certain)
}

/// One way to know a person again at another hospital.
package struct LinkingRule: Hashable, Sendable {
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case cardNumber = "idCardNumber"
        case patientID, name, birthDate, sex
    }

    package var name: String
    /// All of these must be there and agree.
    package var match: Set<Field>
    /// Only between these hospitals; empty: any.
    package var issuers: Set<String>
    package var certainty: LinkCertainty

    package init(name: String, match: Set<Field>, issuers: Set<String> = [], certainty: LinkCertainty) {
        self.name = name
        self.match = match
        self.issuers = issuers
        self.certainty = certainty
    }

    /// Two patients of different hospitals.
    func links(_ one: PatientFacts, _ other: PatientFacts) -> Bool {
        let hospitals = [one.identifier.issuer, other.identifier.issuer]
        guard issuers.isEmpty || hospitals.allSatisfy(issuers.contains) else { return false }
        func agree(_ one: String?, _ other: String?) -> Bool {
            guard let one, let other, !one.isEmpty else { return false }
            return one == other
        }
        return match.allSatisfy { field in
            switch field {
            case .cardNumber: agree(one.cardNumber, other.cardNumber)
            case .patientID:
                agree(one.identifier.patientID, other.identifier.patientID) && !one.identifier.isNobodys
            case .name: ComparableName(one.name).agrees(with: ComparableName(other.name))
            case .birthDate: agree(one.birthDate, other.birthDate)
            case .sex: agree(one.sex?.uppercased(), other.sex?.uppercased())
            }
        }
    }
}

/// What an operator has decided about patients of several hospitals; without rules a patient is known again by
/// (issuer, Patient ID) only. Pure.
package struct LinkingRules: Hashable, Sendable {
    package var rules: [LinkingRule]

    package init(rules: [LinkingRule] = []) { self.rules = rules }

    /// Why both are one person; the surest of several reasons. `nil`: they are not, as far as anybody knows. An identity
    /// number that contradicts a birth date makes nothing certain.
    package func basis(_ one: PatientFacts, _ other: PatientFacts) -> LinkBasis? {
        let isNobodys = one.identifier == other.identifier && one.identifier.isNobodys
        if one.identifier == other.identifier, !isNobodys { return .samePatientID }
        // One hospital's two numbers are for that hospital to join.
        guard one.identifier.issuer != other.identifier.issuer || isNobodys else { return nil }
        let isDoubtful = one.hasDoubtfulCard || other.hasDoubtfulCard
        // Under a number that is nobody's the record holds one name for many people; a card belongs to the study.
        let known = isNobodys ? rules.filter { $0.match.contains(.cardNumber) } : rules
        let fitting = known.filter { $0.links(one, other) }.map { rule in
            LinkBasis(
                rule: rule.name,
                certainty: isDoubtful && rule.match.contains(.cardNumber) ? .probable : rule.certainty)
        }
        return fitting.first { $0.certainty == .certain } ?? fitting.first
    }

    /// What of a patient another node needs to know to judge by these rules: nothing that no rule compares.
    package func disclosed(_ facts: PatientFacts) -> PatientFacts {
        let fields = rules.filter { $0.issuers.isEmpty || $0.issuers.contains(facts.identifier.issuer) }
            .reduce(into: Set<LinkingRule.Field>()) { $0.formUnion($1.match) }
        return PatientFacts(
            identifier: facts.identifier, cardNumber: fields.contains(.cardNumber) ? facts.cardNumber : nil,
            name: fields.contains(.name) ? facts.name : nil,
            birthDate: fields.contains(.birthDate) ? facts.birthDate : nil,
            sex: fields.contains(.sex) ? facts.sex : nil)
    }
}
