import CriticalResults
import Foundation
import Testing
import Vocabulary
import WrittenRules

@Suite("The list of critical findings")
struct CriticalListTests {
    private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/config/critical.yaml").standardizedFileURL

    @Test("the sample says what is shipped")
    func sample() throws {
        let text = try String(contentsOf: Self.sample, encoding: .utf8)
        #expect(try CriticalList(yaml: text, file: "critical.yaml") == .shipped)
    }

    @Test("a reader of a head CT is offered a haemorrhage, and no pneumothorax is offered to ultrasound")
    func modalities() {
        let list = CriticalList.shipped
        #expect(list.findings(for: ["CT", "SR"]).contains { $0.name == "脑出血" })
        #expect(!list.findings(for: ["US"]).contains { $0.code == "tension-pneumothorax" })
        #expect(list.findings(for: ["ES"]).map(\.code) == ["other"])
        #expect(list["other"]?.needsNote == true)
    }

    @Test("steps are taken at their minute, and the telephone is asked for at its own")
    func steps() {
        let list = CriticalList.shipped
        #expect([0, 299, 300, 599, 600, 9000].map { list.level(after: .seconds($0)) } == [0, 0, 1, 1, 2, 2])
        #expect([0, 1, 2].map(list.asksToCall) == [false, false, true])
    }

    @Test("the hospital's own numbers come before those for any hospital")
    func contacts() throws {
        let list = try CriticalList(
            yaml: """
                findings: [{code: a, name: 甲}]
                contacts:
                  - {name: 医务科, phone: 010-1}
                  - {name: 值班室, phone: "0663-2", node: paotai}
                  - {name: 另一家, phone: 0663-3, node: other}
                """, file: "c.yaml")
        let paotai = try #require(NodeName(rawValue: "paotai"))
        #expect(list.contacts(for: paotai).map(\.name) == ["值班室", "医务科"])
        #expect(list.steps.isEmpty)
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            ("", "c.yaml:1:1: the list is empty"),
            ("findings: []", "lists nothing"),
            ("findings:\n  - {code: a, name: x}\n  - {code: a, name: y}", "c.yaml:3:5: the code 'a' stands here twice"),
            ("findings:\n  - {code: A b, name: x}", "c.yaml:2:12: 'A b' is no value for 'code'"),
            ("findings:\n  - {code: a}", "c.yaml:2:5: a finding needs a 'name'"),
            ("findings:\n  - {code: a, name: x, colour: red}", "c.yaml:2:24: a finding has no key 'colour'"),
            (
                "findings: [{code: a, name: x}]\nescalation:\n  - {after: 5, action: page}\n  - {after: 5, action: call}",
                "c.yaml:4:5: each step"
            ),
            (
                "findings: [{code: a, name: x}]\nescalation: [{after: 0, action: page}]",
                "c.yaml:2:22: '0' is no value for 'after'"
            ),
            (
                "findings: [{code: a, name: x}]\nescalation: [{after: 3, action: shout}]",
                "'shout' is no value for 'action'; use page or call"
            ),
            ("findings: [{code: a, name: x}]\ncontacts: [{name: x, phone: nobody}]", "use a telephone number"),
            (
                "findings: [{code: a, name: x}]\ncontacts: [{name: x, phone: 1, node: A B}]",
                "use a node's name"
            ),
            ("findings: [", "not valid YAML"),
        ])
    func mistakes(text: String, sentence: String) {
        let error = #expect(throws: RuleFault.self) { try CriticalList(yaml: text, file: "c.yaml") }
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("c.yaml:") == true)
    }
}
