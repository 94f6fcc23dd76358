import Foundation
import Priors
import Testing
import Vocabulary
import WrittenRules

@Suite("Linking rules")
struct LinkingRulesTests {
    private static let samples = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/config").standardizedFileURL

    private func patient(
        _ issuer: String, _ id: String, card: String? = nil, name: String? = "Ceshi^Jia=测试^甲",
        born: String? = "19600102",
        sex: String? = "F"
    ) -> PatientFacts {
        PatientFacts(
            identifier: PatientIdentifier(issuer: issuer, patientID: id), cardNumber: card, name: name, birthDate: born,
            sex: sex)
    }

    @Test("without rules, one hospital's number is one person and two hospitals' same number are two")
    func withoutRules() {
        let rules = LinkingRules()
        #expect(rules.basis(patient("a", "00123"), patient("a", "00123")) == .samePatientID)
        #expect(rules.basis(patient("a", "00123"), patient("b", "00123")) == nil)
        #expect(rules.basis(patient("a", "00123"), patient("a", "00124")) == nil)
        #expect(rules.disclosed(patient("a", "1", card: "x")).name == nil)
    }

    @Test(
        "under a number that is nobody's, two studies are two people's, unless a card says otherwise",
        arguments: ["0", "0000", "9999", " - ", "unknown", "N/A", "无名氏", "XXX"])
    func nobodys(number: String) throws {
        let rules = LinkingRules(rules: [
            LinkingRule(name: "card", match: [.cardNumber], certainty: .certain),
            LinkingRule(name: "name", match: [.name, .birthDate], certainty: .probable),
        ])
        #expect(rules.basis(patient("a", number), patient("a", number)) == nil)
        let card = try #require(ResidentNumber.found(in: "11010119900307774x"))
        let holder = patient("a", number, card: card, born: "19900307")
        #expect(rules.basis(holder, holder)?.rule == "card")
        for somebodys in ["10", "00123", "99", "TEMP1"] {
            #expect(rules.basis(patient("a", somebodys), patient("a", somebodys)) == .samePatientID)
        }
    }

    @Test(
        "the sample file links by identity number and shared numbering for certain, and by name and birth date perhaps")
    func sample() throws {
        let text = try String(contentsOf: Self.samples.appending(path: "linking.yaml"), encoding: .utf8)
        let rules = try LinkingRules(yaml: text, file: "linking.yaml")
        let card = try #require(ResidentNumber.found(in: "11010119900307774x"))
        #expect(
            rules.basis(patient("a", "1", card: card, name: nil), patient("b", "2", card: card, name: nil, born: nil))
                == LinkBasis(rule: "身份证号", certainty: .probable))
        #expect(
            rules.basis(
                patient("a", "1", card: card, name: nil, born: "19900307"),
                patient("b", "2", card: card, name: nil, born: nil))
                == LinkBasis(rule: "身份证号", certainty: .certain))
        #expect(
            rules.basis(patient("paotai", "7", born: nil), patient("puning", "7", born: nil))?.certainty == .certain)
        #expect(rules.basis(patient("paotai", "7", born: nil), patient("huilai", "7", born: nil)) == nil)
        #expect(rules.basis(patient("a", "1"), patient("b", "2"))?.certainty == .probable)
        #expect(rules.basis(patient("a", "1"), patient("b", "2", sex: "M")) == nil)
        #expect(rules.basis(patient("a", "1"), patient("b", "2", born: "19600103")) == nil)
        #expect(rules.lines.count == 4)
    }

    @Test("a mother's card that was read for her child makes the child hers for nobody without a look")
    func parentsCard() throws {
        let rules = LinkingRules(rules: [
            LinkingRule(name: "card", match: [.cardNumber], certainty: .certain),
            LinkingRule(name: "number", match: [.patientID], issuers: ["a", "b"], certainty: .certain),
        ])
        let card = "11010519491231002X"
        let mother = patient("a", "1", card: card, born: "19491231")
        let child = patient("b", "2", card: card, born: "19780601")
        #expect(rules.basis(mother, child) == LinkBasis(rule: "card", certainty: .probable))
        #expect(rules.basis(child, mother)?.certainty == .probable)
        let same = patient("b", "1", card: card, born: "19780601")
        #expect(rules.basis(mother, same) == LinkBasis(rule: "number", certainty: .certain))
    }

    @Test("names agree in hanzi where both have them, else in Latin letters")
    func names() {
        func agree(_ one: String, _ other: String) -> Bool {
            ComparableName(one).agrees(with: ComparableName(other))
        }
        #expect(agree("Wang^Xiaodong=王^小东", "WANG^XIAO DONG=王小东"))
        #expect(!agree("Wang^Xiaodong=王^小东", "Wang^Xiaodong=王^晓东"))
        #expect(agree("王^小东", "王小东"))
        #expect(agree("Wang^Xiaodong=王^小东", "WANG^XIAODONG"))
        #expect(!agree("王^小东", "WANG^XIAODONG"))
        #expect(!agree("", ""))
    }

    @Test(
        "an identity number has its date and its check digit",
        arguments: [
            ("11010519491231002X", true), ("11010519491231002x", true), ("110105 19491231 002X", true),
            ("110105194912310021", false), ("11010519491331002X", false), ("00123", false),
            ("000000000000000000", false),
        ])
    func cards(_ text: String, _ isOne: Bool) {
        #expect((ResidentNumber.found(in: text) == "11010519491231002X") == isOne)
    }

    @Test(
        "what would join strangers is refused, with its line",
        arguments: [
            ("rules:\n  - name: x\n    match: [patientID]\n", "linking.yaml:3:12", "two hospitals' same number"),
            ("rules:\n  - name: x\n    match: [name]\n", "linking.yaml:3:12", "joins strangers"),
            (
                "rules:\n  - name: x\n    match: [name, birthDate]\n    certainty: certain\n", "linking.yaml:4:16",
                "probable"
            ),
            ("rules:\n  - name: x\n    match: [patientID]\n    issuers: [a]\n", "linking.yaml:4:14", "at least two"),
            ("rules:\n  - name: x\n    match: [phone]\n", "linking.yaml:3:13", "idCardNumber"),
            ("rules:\n  - name: x\n    matches: [name]\n", "linking.yaml:3:5", "no key 'matches'"),
        ])
    func refused(_ yaml: String, _ place: String, _ words: String) {
        let fault = #expect(throws: RuleFault.self) { _ = try LinkingRules(yaml: yaml, file: "linking.yaml") }
        #expect(fault?.message.hasPrefix(place) == true, "\(fault?.message ?? "")")
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }
}
