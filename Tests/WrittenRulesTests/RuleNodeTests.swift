import Testing
import Vocabulary
import WrittenRules

@Suite("Files that people write")
struct RuleNodeTests {
    private func root(_ text: String) throws -> RuleNode { try #require(try RuleNode.root(of: text, file: "a.yaml")) }

    @Test("a mistake is said with its line and column")
    func places() throws {
        let fields = try root("one: 1\ntwo:\n  - x\n  - {y: 2}\n").fields("the file", ["one", "two"])
        let items = try #require(fields["two"]).items("two")
        let fault = #expect(throws: RuleFault.self) { try items[1].text("two") }
        #expect(fault?.message.hasPrefix("a.yaml:4:5: ") == true)
        let unknown = #expect(throws: RuleFault.self) { try root("one: 1\n  \nthree: 2").fields("the file", ["one"]) }
        #expect(unknown?.code == .unknownKey)
        #expect(unknown?.message.hasPrefix("a.yaml:3:1: ") == true)
        let broken = #expect(throws: RuleFault.self) { try root("a: [1, 2\nb: 3") }
        #expect(broken?.code == .malformed)
        let twice = #expect(throws: RuleFault.self) { try root("a: 1\na: 2") }
        #expect(twice?.message.contains("twice") == true)
    }

    @Test("days are names, ranges over the weekend, or lists")
    func days() throws {
        let fields = try root("a: mon-fri\nb: [sat, sun]\nc: fri-mon\nd: someday").fields("x", ["a", "b", "c", "d"])
        #expect(try fields["a"]?.weekdays("a").count == 5)
        #expect(try fields["b"]?.weekdays("b") == [.saturday, .sunday])
        #expect(try fields["c"]?.weekdays("c") == [.friday, .saturday, .sunday, .monday])
        #expect(throws: RuleFault.self) { try fields["d"]?.weekdays("d") }
    }

    @Test("dates are days that exist, alone or from one to another")
    func dates() throws {
        let fields = try root(
            "a: 2026-10-01..2026-10-07\nb: [2026-02-28, 2026-03-01]\nc: 2026-02-30\nd: 2026-10-07..2026-10-01\n"
                + "e: 0001-01-01..9999-01-01"
        ).fields("x", ["a", "b", "c", "d", "e"])
        #expect(try fields["a"]?.dates("a").count == 7)
        #expect(try fields["b"]?.dates("b").sorted().map(\.description) == ["2026-02-28", "2026-03-01"])
        for key in ["c", "d", "e"] { #expect(throws: RuleFault.self) { try fields[key]?.dates(key) } }
    }
}
