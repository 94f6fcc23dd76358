// How long a study must be kept.

import Vocabulary

/// What the rules may ask, gathered by StudyFlow. What is not known is `nil`.
package struct RetentionFacts: Hashable, Sendable {
    /// (0008,0060) of all series.
    package var modalities: [String]
    /// Issuer of the patient ID, and the node that acquired the study.
    package var sites: Set<String>
    /// As the order says.
    package var patientClass: PatientClass?
    package var birthDate: CivilDate?
    package var studyDate: CivilDate?
    /// Of the patient's last study that is known here: law counts from the last visit.
    package var lastVisit: CivilDate

    package init(
        modalities: [String], sites: Set<String>, patientClass: PatientClass? = nil, birthDate: CivilDate? = nil,
        studyDate: CivilDate? = nil, lastVisit: CivilDate
    ) {
        self.modalities = modalities
        self.sites = sites
        self.patientClass = patientClass
        self.birthDate = birthDate
        self.studyDate = studyDate
        self.lastVisit = lastVisit
    }

    /// Under 18 when the images were taken.
    var isMinor: Bool? {
        guard let birthDate, let studyDate else { return nil }
        return studyDate < birthDate.adding(years: RetentionRules.adulthood)
    }
}

/// One law's or site's demand.
package struct RetentionRule: Hashable, Sendable {
    package enum AgeClass: String, Hashable, Sendable, CaseIterable { case minor, adult }

    package var name: String
    /// Where the demand comes from, for the operator who confirms.
    package var source: String?
    package var modality: Set<String>?
    package var site: Set<String>?
    package var patientClass: Set<PatientClass>?
    package var age: AgeClass?
    package var keepYears: Int
    /// Not before the patient has this age.
    package var untilAge: Int?
    package var location: RulePlace?

    package init(
        name: String, source: String? = nil, modality: Set<String>? = nil, site: Set<String>? = nil,
        patientClass: Set<PatientClass>? = nil, age: AgeClass? = nil, keepYears: Int, untilAge: Int? = nil,
        location: RulePlace? = nil
    ) {
        self.name = name
        self.source = source
        self.modality = modality
        self.site = site
        self.patientClass = patientClass
        self.age = age
        self.keepYears = keepYears
        self.untilAge = untilAge
        self.location = location
    }

    /// What is not known speaks for keeping: a condition on it holds.
    func holds(for facts: RetentionFacts) -> Bool {
        if let modality, !facts.modalities.isEmpty, modality.isDisjoint(with: facts.modalities) { return false }
        if let site, site.isDisjoint(with: facts.sites) { return false }
        if let patientClass, let known = facts.patientClass, !patientClass.contains(known) { return false }
        if let age, let isMinor = facts.isMinor, (age == .minor) != isMinor { return false }
        return true
    }

    func end(for facts: RetentionFacts) -> CivilDate {
        let kept = facts.lastVisit.adding(years: keepYears)
        guard let untilAge, let birthDate = facts.birthDate else { return kept }
        return max(kept, birthDate.adding(years: untilAge))
    }
}

/// Until when, and because of which rule.
package struct RetentionTerm: Hashable, Sendable {
    /// The last day on which it must be kept.
    package var until: CivilDate
    package var rule: RetentionRule
}

/// Several demands may apply to one study; the longest counts, so that a site's rule can lengthen what law asks and never
/// shorten it. Pure: no clock, no database.
package struct RetentionRules: Hashable, Sendable {
    package static let adulthood = 18

    package var rules: [RetentionRule]
    /// Where no rule applies.
    package var otherwise: RetentionRule
    /// From an operator's confirmation until the bytes are destroyed.
    package var graceDays: Int

    package init(rules: [RetentionRule], otherwise: RetentionRule, graceDays: Int) {
        self.rules = rules
        self.otherwise = otherwise
        self.graceDays = graceDays
    }

    package func term(for facts: RetentionFacts) -> RetentionTerm {
        let applying = rules.filter { $0.holds(for: facts) }
        return (applying.isEmpty ? [otherwise] : applying).map { RetentionTerm(until: $0.end(for: facts), rule: $0) }
            .max { $0.until < $1.until } ?? RetentionTerm(until: otherwise.end(for: facts), rule: otherwise)
    }

    package func hasExpired(_ facts: RetentionFacts, on day: CivilDate) -> Bool { term(for: facts).until < day }

    /// No study is older than it may be, whatever its facts, before this many years.
    package var leastYears: Int { (rules + [otherwise]).map(\.keepYears).min() ?? otherwise.keepYears }
}

extension CivilDate {
    /// The same day of another year; 29 February becomes 1 March where there is none.
    func adding(years: Int) -> CivilDate {
        let parts = description.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return self + years * 366 }
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        let year = padded(parts[0] + years, 4)
        return CivilDate("\(year)-\(padded(parts[1], 2))-\(padded(parts[2], 2))") ?? CivilDate("\(year)-03-01")
            ?? self + years * 366
    }
}
