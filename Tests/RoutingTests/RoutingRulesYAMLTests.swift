import Routing
import Testing
import Vocabulary

@Suite("Routing rules in YAML")
struct RoutingRulesYAMLTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var what: String
        var yaml: String
        var code: RoutingError.Code
        /// How the message begins.
        var place: String
        var mentions: String
        var testDescription: String { what }
    }

    static let mistakes = [
        Mistake(
            what: "an unknown key in the file", yaml: "rules: []\nrule: 1", code: .unknownKey, place: "r.yaml:2:1:",
            mentions: "'rule'"),
        Mistake(
            what: "an unknown key in a rule",
            yaml: "rules:\n  - name: a\n    whenn: {modality: CT}\n    then: {read: here}", code: .unknownKey,
            place: "r.yaml:3:5:", mentions: "name, when, then"),
        Mistake(
            what: "an unknown condition",
            yaml: "rules:\n  - name: a\n    when:\n      modalty: CT\n    then: {read: here}", code: .unknownKey,
            place: "r.yaml:4:7:", mentions: "modality"),
        Mistake(
            what: "an unknown priority",
            yaml: "rules:\n  - name: a\n    when:\n      priority: [stat, hurry]\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:4:24:", mentions: "stat, urgent or routine"),
        Mistake(
            what: "a modality that is no code string",
            yaml: "rules:\n  - name: a\n    when: {modality: 核磁}\n    then: {read: here}", code: .wrongValue,
            place: "r.yaml:3:22:", mentions: "code string"),
        Mistake(
            what: "an empty list", yaml: "rules:\n  - name: a\n    when: {modality: []}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:3:22:", mentions: "never apply"),
        Mistake(
            what: "a condition without a value",
            yaml: "rules:\n  - name: a\n    when:\n      bodyPart:\n    then: {read: here}", code: .wrongValue,
            place: "r.yaml:4:", mentions: "bodyPart"),
        Mistake(
            what: "a node name in capitals", yaml: "rules:\n  - name: a\n    then: {forward: JIEYANG}",
            code: .wrongValue, place: "r.yaml:3:21:", mentions: "lower-case"),
        Mistake(
            what: "reading elsewhere", yaml: "rules:\n  - name: a\n    then: {read: there}", code: .wrongValue,
            place: "r.yaml:3:18:", mentions: "forward"),
        Mistake(
            what: "both consequences", yaml: "rules:\n  - name: a\n    then: {read: here, forward: jieyang}",
            code: .malformed, place: "r.yaml:3:11:", mentions: "exactly one"),
        Mistake(
            what: "no consequence", yaml: "rules:\n  - name: a", code: .missingKey, place: "r.yaml:2:5:",
            mentions: "then"),
        Mistake(
            what: "no name", yaml: "rules:\n  - then: {read: here}", code: .missingKey, place: "r.yaml:2:5:",
            mentions: "name"),
        Mistake(
            what: "a name twice",
            yaml: "rules:\n  - {name: a, then: {read: here}}\n  - {name: a, then: {read: here}}",
            code: .duplicateName, place: "r.yaml:3:5:", mentions: "'a'"),
        Mistake(
            what: "the built-in rule's name", yaml: "rules:\n  - {name: wanted-destination, then: {read: here}}",
            code: .wrongValue, place: "r.yaml:2:12:", mentions: "built-in"),
        Mistake(
            what: "rules that are no list", yaml: "rules:\n  name: a", code: .malformed, place: "r.yaml:2:3:",
            mentions: "list"),
        Mistake(
            what: "a file that is a list", yaml: "- name: a", code: .malformed, place: "r.yaml:1:1:",
            mentions: "rules"),
        Mistake(
            what: "no YAML", yaml: "rules:\n  - name: [a", code: .malformed, place: "r.yaml:", mentions: "YAML"),
        Mistake(
            what: "a threshold of zero",
            yaml: "rules:\n  - name: a\n    when:\n      backlog: {above: 0, below: 0}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:4:24:", mentions: "more than 0"),
        Mistake(
            what: "thresholds the wrong way round",
            yaml: "rules:\n  - name: a\n    when:\n      backlog: {above: 60, below: 90}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:4:16:", mentions: "less than 'above' (60)"),
        Mistake(
            what: "thresholds that are the same",
            yaml: "rules:\n  - name: a\n    when:\n      backlog: {above: 60, below: 60}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:4:16:", mentions: "less than"),
        Mistake(
            what: "a single threshold",
            yaml: "rules:\n  - name: a\n    when:\n      backlog: {above: 60}\n    then: {read: here}",
            code: .missingKey, place: "r.yaml:4:16:", mentions: "flap"),
        Mistake(
            what: "a part of the day that is none",
            yaml: "rules:\n  - name: a\n    when: {time: \"8-18\"}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:3:18:", mentions: "18:00-08:00"),
        Mistake(
            what: "an unknown day",
            yaml: "rules:\n  - name: a\n    when: {weekdays: [sat, sunny]}\n    then: {read: here}",
            code: .wrongValue, place: "r.yaml:3:28:", mentions: "mon, tue"),
        Mistake(
            what: "a node twice in the list", yaml: "rules:\n  - name: a\n    then: {forward: [jieyang, jieyang]}",
            code: .wrongValue, place: "r.yaml:3:31:", mentions: "twice"),
        Mistake(
            what: "a recall after nothing", yaml: "rules:\n  - name: a\n    then: {forward: jieyang, recallAfter: 0}",
            code: .wrongValue, place: "r.yaml:3:43:", mentions: "whole minutes"),
        Mistake(
            what: "a key twice", yaml: "rules:\n  - name: a\n    name: b\n    then: {read: here}", code: .malformed,
            place: "r.yaml:", mentions: "twice"),
    ]

    @Test("names file, line and column of a mistake, and what would be right", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        #expect {
            try RoutingRules(yaml: mistake.yaml, file: "r.yaml")
        } throws: { error in
            guard let error = error as? RoutingError else { return false }
            #expect(error.code == mistake.code, "\(error)")
            #expect(error.message.hasPrefix(mistake.place), "\(error)")
            #expect(error.message.contains(mistake.mentions), "\(error)")
            return true
        }
    }

    @Test(
        "an empty file, and one with comments or an empty list only, has no rules",
        arguments: ["", "# none\n", "rules:", "rules: []"])
    func empty(text: String) throws {
        #expect(try RoutingRules(yaml: text, file: "r.yaml").rules.isEmpty)
    }

    @Test("a rule that names a node out of reach, or reads where nobody can, is a mistake of the file")
    func validation() throws {
        let rules = try RoutingRules(
            yaml: "rules:\n  - name: ok\n    then: {forward: province}\n  - name: bad\n    then: {forward: shantou}",
            file: "r.yaml")
        #expect {
            try rules.validate(in: county)
        } throws: { error in
            let message = String(describing: error)
            return (error as? RoutingError)?.code == .unknownNode && message.hasPrefix("r.yaml:4:5:")
                && message.contains("'shantou'") && message.contains("jieyang, province")
        }
        let here = try RoutingRules(yaml: "rules:\n  - name: h\n    then: {read: here}", file: "r.yaml")
        try here.validate(in: county)
        #expect {
            try here.validate(in: edge)
        } throws: { error in
            (error as? RoutingError)?.code == .noReadingRole && String(describing: error).hasPrefix("r.yaml:2:5:")
        }
        let loop = try RoutingRules(yaml: "rules:\n  - name: h\n    then: {forward: puning}", file: "r.yaml")
        #expect(throws: RoutingError.self) { try loop.validate(in: county) }
    }

    private func expect(
        _ code: RoutingError.Code, at place: String, mentioning word: String, _ body: () throws -> Void
    ) {
        #expect {
            try body()
        } throws: { error in
            let message = String(describing: error)
            return (error as? RoutingError)?.code == code && message.hasPrefix(place) && message.contains(word)
        }
    }

    @Test("a study can't be sent back to where it came from, be it by one node's rules or by several together")
    func circles() throws {
        var topology = county
        topology.children = [paotai]
        let back = try RoutingRules(
            yaml: "rules:\n  - name: back\n    then: {forward: [jieyang, paotai]}", file: "r.yaml")
        expect(.cycle, at: "r.yaml:2:5:", mentioning: "'paotai'") { try back.validate(in: topology) }

        let up = try RoutingRules(yaml: "rules:\n  - name: up\n    then: {forward: jieyang}", file: "puning.yaml")
        let down = try RoutingRules(yaml: "rules:\n  - name: down\n    then: {forward: puning}", file: "jieyang.yaml")
        expect(.cycle, at: "puning.yaml:2:5:", mentioning: "jieyang → puning → jieyang") {
            try RoutingRules.validateTogether([jieyang: down, puning: up])
        }
        try RoutingRules.validateTogether([jieyang: RoutingRules(), puning: up])
    }

    @Test("a rule that names an unknown work type, or asks about readers where there is no roster, is a mistake")
    func workTypesAndRoster() throws {
        let type = try RoutingRules(
            yaml: "rules:\n  - name: t\n    when: {workType: emergncy-dr}\n    then: {forward: jieyang}", file: "r.yaml"
        )
        expect(.unknownWorkType, at: "r.yaml:2:5:", mentioning: "emergency-dr") {
            try type.validate(in: county, workTypes: [WorkType(rawValue: "emergency-dr")!])
        }
        let readers = try RoutingRules(
            yaml: "rules:\n  - name: t\n    when: {uncovered: true}\n    then: {forward: jieyang}", file: "r.yaml")
        expect(.noRoster, at: "r.yaml:2:5:", mentioning: "roster") {
            try readers.validate(in: county, hasRoster: false)
        }
        try readers.validate(in: county)
    }
}
