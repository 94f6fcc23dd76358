import Foundation
import Priors
import Testing
import WrittenRules

@Suite("Hanging rules")
struct HangingRulesTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/config").standardizedFileURL

    @Test("those that ship are sound, and the last takes every study")
    func shipped() throws {
        let rules = try HangingRules.shipped()
        #expect(rules.rules.last?.modalities == [])
        #expect(rules.rules.last?.words == [])
        let chest = try #require(rules.rules.first { $0.name == "胸部CT" })
        #expect(chest.prior == .automatic)
        #expect(chest.priorWithinDays == 5 * 365)
        #expect(chest.layoutWithPrior == .pair)
        #expect(chest.panesWithPrior.map(\.show) == [.current, .prior])
        #expect(chest.panesWithPrior[1].matching == 1)
        for rule in rules.rules where rule.prior != .never {
            #expect(rule.panesWithPrior.contains { $0.show == .prior }, "\(rule.name)")
        }
    }

    @Test("an operator's rules come first, and one with a shipped name replaces it")
    func overlaid() throws {
        let text = try String(contentsOf: Self.samples.appending(path: "hanging.yaml"), encoding: .utf8)
        let own = try HangingRules(yaml: text, file: "hanging.yaml")
        let shipped = try HangingRules.shipped()
        let all = own.overlaid(on: shipped)
        #expect(all.rules.prefix(2).map(\.name) == ["胸部CT", "头颅磁共振"])
        #expect(all.rules.filter { $0.name == "胸部CT" }.count == 1)
        #expect(all.rules.count == shipped.rules.count + 1)
    }

    @Test(
        "mistakes are named with their line",
        arguments: [
            ("rules:\n  - name: x\n    layout: 4x1\n", "h.yaml:3:13", "1 to 3"),
            ("rules:\n  - name: x\n    panes:\n      - {show: prior}\n", "h.yaml:4:9", "withPrior"),
            ("rules:\n  - name: x\n    panes:\n      - {}\n      - {}\n", "h.yaml:4:7", "do not fit"),
            ("rules:\n  - name: x\n    priorWithin: 5 ages\n", "h.yaml:3:18", "18 months"),
            (
                "rules:\n  - name: x\n    withPrior:\n      panes:\n        - {plane: axial}\n", "h.yaml:5:9",
                "show: prior"
            ),
            (
                "rules:\n  - name: x\n    withPrior:\n      panes:\n        - {show: prior, matching: 1}\n",
                "h.yaml:5:35", "from 1"
            ),
            ("rules:\n  - name: x\n  - name: x\n", "h.yaml:3:5", "already"),
        ])
    func refused(_ yaml: String, _ place: String, _ words: String) {
        let fault = #expect(throws: RuleFault.self) { _ = try HangingRules(yaml: yaml, file: "h.yaml") }
        #expect(fault?.message.hasPrefix(place) == true, "\(fault?.message ?? "")")
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }
}
