import Testing
import Vocabulary
import Workload

@Suite("Time limits")
struct TimeLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var facts: WorkFacts
        var type: String
        var limit: String
        var testDescription: String { what }
    }

    static let cases = [
        Case(
            what: "emergency DR", facts: WorkFacts(modalities: ["DX"], patientClass: .emergency), type: "emergency-dr",
            limit: "30 min"),
        Case(
            what: "emergency CT", facts: WorkFacts(modalities: ["CT"], region: .chest, patientClass: .emergency),
            type: "emergency-ct-mr", limit: "60 min"),
        Case(
            what: "emergency head CT", facts: WorkFacts(modalities: ["CT"], region: .head, patientClass: .emergency),
            type: "emergency-head", limit: "30 min"),
        Case(
            what: "a STAT study whose order says outpatient",
            facts: WorkFacts(modalities: ["MR"], region: .head, patientClass: .outpatient, priority: .stat),
            type: "emergency-head", limit: "30 min"),
        Case(what: "routine DR", facts: WorkFacts(modalities: ["CR"]), type: "routine-dr", limit: "2 h"),
        Case(
            what: "outpatient CT", facts: WorkFacts(modalities: ["CT"]), type: "outpatient-ct-mr", limit: "4 working h"),
        Case(
            what: "inpatient MR", facts: WorkFacts(modalities: ["MR"], patientClass: .inpatient), type: "inpatient",
            limit: "6 h"),
        Case(what: "complex CT", facts: WorkFacts(modalities: ["CT"], isComplex: true), type: "complex", limit: "24 h"),
        Case(
            what: "complex emergency", facts: WorkFacts(modalities: ["CT"], patientClass: .emergency, isComplex: true),
            type: "emergency-ct-mr", limit: "60 min"),
        Case(
            what: "an urgent study without an order", facts: WorkFacts(modalities: ["CT"], priority: .urgent),
            type: "inpatient", limit: "6 h"),
        Case(
            what: "a study of which nothing is known", facts: WorkFacts(modalities: []), type: "outpatient-other",
            limit: "4 working h"),
    ]

    @Test("the shipped limits are those of the regulations", arguments: cases)
    func shipped(_ test: Case) throws {
        let limits = try WorkloadRules.shipped().limits
        let rule = try #require(limits.rule(for: test.facts))
        #expect(rule.name.rawValue == test.type)
        #expect(rule.limit(for: test.facts.priority).description == test.limit)
    }

    private func time(_ date: String, _ minutes: Int) throws -> Timestamp {
        try #require(CivilDate(date)).at(minute: minutes)
    }

    @Test("four working hours from Friday afternoon end on Monday morning, and a lunch break does not count")
    func workingHours() throws {
        let limits = try WorkloadRules.shipped().limits
        let facts = WorkFacts(modalities: ["CT"])
        let friday = try #require(limits.clock(for: facts, from: try time("2026-11-20", 16 * 60)))
        #expect(friday.dueAt == (try time("2026-11-23", 10 * 60)))
        #expect(friday.institutionAt == (try time("2026-11-20", 18 * 60)))
        #expect(friday.tierAt == (try time("2026-11-23", 9 * 60)))
        let noon = try #require(limits.clock(for: facts, from: try time("2026-11-24", 11 * 60)))
        #expect(noon.dueAt == (try time("2026-11-24", 17 * 60)))
        let night = try #require(limits.clock(for: facts, from: try time("2026-11-24", 23 * 60)))
        #expect(night.dueAt == (try time("2026-11-25", 12 * 60)))
    }

    @Test("holidays do not count, and the days worked in their stead do")
    func holidays() throws {
        let yaml = "holidays: 2026-10-01..2026-10-07\nworkdays: 2026-10-10\n"
        let limits = try WorkloadRules(yaml: yaml, file: "clocks.yaml").limits
        let clock = try #require(
            limits.clock(for: WorkFacts(modalities: ["CT"]), from: try time("2026-09-30", 17 * 60)))
        #expect(clock.dueAt == (try time("2026-10-08", 11 * 60)))
        #expect(limits.working.contains(try time("2026-10-10", 9 * 60)))
        #expect(!limits.working.contains(try time("2026-10-03", 9 * 60)))
        #expect(!limits.working.contains(try time("2026-10-11", 9 * 60)))
    }

    @Test("visibility widens at 50, 75 and 100 per cent")
    func stages() throws {
        let start = try time("2026-11-24", 600)
        let limits = try WorkloadRules.shipped().limits
        let clock = try #require(
            limits.clock(for: WorkFacts(modalities: ["DX"], patientClass: .emergency), from: start))
        let expected: [(Int, VisibilityStage)] = [
            (0, .own), (14, .own), (15, .institution), (22, .institution), (23, .tier), (29, .tier), (30, .parent),
        ]
        for (minutes, stage) in expected { #expect(clock.stage(at: start + .seconds(minutes * 60)) == stage) }
        #expect(clock.nextStage(after: start) == start + .seconds(900))
        #expect(clock.nextStage(after: start + .seconds(1800)) == nil)
    }

    @Test("a limit may differ by priority")
    func byPriority() throws {
        let yaml = "workTypes:\n  - {name: all, limit: {routine: 4 h, stat: 20 min}}\n"
        let limits = try WorkloadRules(yaml: yaml, file: "clocks.yaml").limits
        #expect(limits.workTypes.first?.limit(for: .stat).minutes == 20)
        #expect(limits.workTypes.first?.limit(for: .urgent).minutes == 240)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var what: String
        var yaml: String
        var place: String
        var mentions: String
        var testDescription: String { what }
    }

    static let mistakes = [
        Mistake(
            what: "a limit of zero", yaml: "workTypes:\n  - name: a\n    limit: 0 min", place: "clocks.yaml:3:12: ",
            mentions: "zero"),
        Mistake(
            what: "a negative limit", yaml: "workTypes:\n  - name: a\n    limit: -5 min", place: "clocks.yaml:3:12: ",
            mentions: "zero"),
        Mistake(
            what: "a limit without a unit", yaml: "workTypes:\n  - name: a\n    limit: 30", place: "clocks.yaml:3:12: ",
            mentions: "working hours"),
        Mistake(
            what: "a work type that hides the others",
            yaml: "workTypes:\n  - {name: a, limit: 1 h}\n  - {name: b, limit: 1 h}", place: "clocks.yaml:2:5: ",
            mentions: "never reached"),
        Mistake(
            what: "no work type for the rest", yaml: "workTypes:\n  - {name: a, when: {complex: true}, limit: 1 h}",
            place: "clocks.yaml:2:5: ", mentions: "every study"),
        Mistake(
            what: "a name twice",
            yaml: "workTypes:\n  - {name: a, when: {complex: true}, limit: 1 h}\n  - {name: a, limit: 1 h}",
            place: "clocks.yaml:3:5: ", mentions: "already"),
        Mistake(
            what: "an unknown region", yaml: "workTypes:\n  - {name: a, when: {region: elbow}, limit: 1 h}",
            place: "clocks.yaml:2:30: ", mentions: "upper-limb"),
        Mistake(
            what: "visibility that narrows", yaml: "visibility: {institution: 80, tier: 75}",
            place: "clocks.yaml:1:13: ", mentions: "narrow"),
        Mistake(
            what: "working hours that end before they begin",
            yaml: "workingHours:\n  - {days: mon, from: 18:00, to: 08:00}", place: "clocks.yaml:2:5: ",
            mentions: "midnight"),
        Mistake(
            what: "reading in no time", yaml: "readingMinutes:\n  - {modality: CT, minutes: 0}",
            place: "clocks.yaml:2:29: ", mentions: "0.1"),
        Mistake(what: "an unknown key", yaml: "worktypes: []", place: "clocks.yaml:1:1: ", mentions: "workTypes"),
    ]

    @Test("a mistake is refused with its place", arguments: mistakes)
    func refused(_ mistake: Mistake) throws {
        let error = #expect(throws: WorkloadError.self) { try WorkloadRules(yaml: mistake.yaml, file: "clocks.yaml") }
        #expect(error?.message.hasPrefix(mistake.place) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(mistake.mentions) == true, "\(error?.message ?? "")")
    }
}
