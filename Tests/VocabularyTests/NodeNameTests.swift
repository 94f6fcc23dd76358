import Testing
import Vocabulary

@Suite("Node names")
struct NodeNameTests {
    @Test(
        "are lower-case letters, digits and hyphens, a letter first",
        arguments: ["a", "paotai", "puning-2", "x9", "a-", String(repeating: "a", count: 32)])
    func accepted(text: String) throws {
        let name = try #require(NodeName(rawValue: text))
        #expect(name.rawValue == text)
        #expect(name.uniformResourceName == "urn:jieli:node:\(text)")
        #expect(NodeName(uniformResourceName: name.uniformResourceName) == name)
    }

    @Test(
        "refuse everything else",
        arguments: [
            "", "Paotai", "9a", "-a", "a b", "a.b", "a_b", "a/b", "炮台", "a\n", String(repeating: "a", count: 33),
        ])
    func refused(text: String) {
        #expect(NodeName(rawValue: text) == nil)
        #expect(NodeName(uniformResourceName: "urn:jieli:node:\(text)") == nil)
    }

    @Test(
        "are read from URNs of our own namespace only",
        arguments: ["paotai", "urn:jieli:paotai", "urn:other:node:paotai", "URN:JIELI:NODE:paotai"])
    func foreignNames(text: String) {
        #expect(NodeName(uniformResourceName: text) == nil)
    }

    @Test("travel as plain JSON strings, and a wrong one is named in the refusal")
    func codable() throws {
        let name = try #require(NodeName(rawValue: "puning"))
        #expect(try json(name) == #""puning""#)
        #expect(try value(NodeName.self, from: #""puning""#) == name)
        #expect(refusal(NodeName.self, of: #""Puning""#)?.hasPrefix("'Puning' is not a node name") == true)
    }
}
