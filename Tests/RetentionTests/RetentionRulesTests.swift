import Foundation
import Retention
import Testing
import Vocabulary
import WrittenRules

@Suite("Rules of retention")
struct RetentionRulesTests {
    private func facts(_ patientClass: PatientClass? = nil, visit: String = "2000-02-29", birth: String? = nil)
        throws -> RetentionFacts
    {
        RetentionFacts(
            modalities: ["CT"], sites: ["paotai"], patientClass: patientClass,
            birthDate: birth.flatMap { CivilDate($0) },
            studyDate: CivilDate(visit), lastVisit: try #require(CivilDate(visit)))
    }

    @Test("as shipped they keep outpatients 15 years, inpatients 30, and whoever is unknown the longer")
    func shipped() throws {
        let rules = try RetentionRules.shipped()
        #expect(rules.term(for: try facts(.outpatient)).until == CivilDate("2015-03-01"))
        #expect(rules.term(for: try facts(.emergency)).until == CivilDate("2015-03-01"))
        #expect(rules.term(for: try facts(.checkup)).rule.keepYears == 15)
        #expect(rules.term(for: try facts(.inpatient)).until == CivilDate("2030-03-01"))
        #expect(rules.term(for: try facts()).until == CivilDate("2030-03-01"))
        #expect(rules.graceDays == 30 && rules.leastYears == 15)
        let sources = rules.rules.compactMap(\.source)
        #expect(sources.count == rules.rules.count)
    }

    @Test("the sample in deploy is what ships")
    func sample() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "deploy/config/retention.yaml"), encoding: .utf8)
        #expect(try RetentionRules(yaml: text, file: "retention.yaml (shipped)") == RetentionRules.shipped())
    }

    @Test("the longest that applies counts: a site lengthens, and never shortens")
    func longest() throws {
        let rules = try RetentionRules(
            yaml: """
                rules:
                  - {name: law, when: {patientClass: outpatient}, keepYears: 15}
                  - {name: short, when: {site: paotai}, keepYears: 2}
                  - {name: children, when: {age: minor}, keepYears: 15, untilAge: 33}
                """, file: "r.yaml")
        let child = rules.term(for: try facts(.outpatient, birth: "1995-05-06"))
        #expect(child.rule.name == "children" && child.until == CivilDate("2028-05-06"))
        let adult = rules.term(for: try facts(.outpatient, birth: "1960-05-06"))
        #expect(adult.rule.name == "law" && adult.until == CivilDate("2015-03-01"))
        #expect(
            rules.hasExpired(try facts(.outpatient, birth: "1960-05-06"), on: try #require(CivilDate("2015-03-02"))))
        #expect(
            !rules.hasExpired(try facts(.outpatient, birth: "1960-05-06"), on: try #require(CivilDate("2015-03-01"))))
    }

    @Test(
        "mistakes are named with their line",
        arguments: [
            ("rules:\n  - {name: a, keepYears: 0}", "r.yaml:2:"), ("rules:\n  - {name: a}", "r.yaml:2:"),
            ("rule: []", "r.yaml:1:1:"), ("rules:\n  - {name: a, keepYears: 3, when: {age: old}}", "r.yaml:2:"),
            ("rules:\n  - {name: a, keepYears: 3}\n  - {name: a, keepYears: 4}", "r.yaml:3:"),
            ("graceDays: -1", "r.yaml:1:"), ("rules:\n  - {name: a, keepYears: 3, when: {site: []}}", "r.yaml:2:"),
            ("otherwise: {keepYears: 30, when: {}}", "r.yaml:1:"),
        ])
    func mistakes(_ yaml: String, _ place: String) throws {
        let error = #expect(throws: RetentionError.self) { try RetentionRules(yaml: yaml, file: "r.yaml") }
        #expect(error?.message.hasPrefix(place) == true)
    }
}
