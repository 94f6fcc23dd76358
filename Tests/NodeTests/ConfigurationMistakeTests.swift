import Foundation
import Node
import Observability
import TestSupport
import Testing
import Vocabulary

@Suite("A wrong configuration")
struct ConfigurationMistakeTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// The least that a node needs; further lines follow it.
    static let least = """
        node:
          name: paotai
          tier: edge
        dicom:
          aeTitle: PAOTAI

        """

    struct Mistake: Sendable, CustomTestStringConvertible {
        var what: String
        var yaml: String
        /// What the sentence says, in this order; FILE stands for the path.
        var says: [String]
        var testDescription: String { what }
    }

    static let mistakes = [
        Mistake(
            what: "an unknown key", yaml: least + "  aeTitel: X",
            says: ["FILE:6: unknown key 'dicom.aeTitel'", "dicom.aeTitle"]),
        Mistake(what: "an unknown section", yaml: least + "dicon:\n  port: 1", says: ["FILE:6: unknown key 'dicon'"]),
        Mistake(
            what: "a key in the wrong section", yaml: least + "http:\n  tlsPort: 1",
            says: ["FILE:7: unknown key 'http.tlsPort'", "dicom.tlsPort"]),
        Mistake(
            what: "a word for a number", yaml: least + "  port: eleven",
            says: ["FILE:6: 'dicom.port' must be a whole number"]),
        Mistake(
            what: "a fraction for a number", yaml: least + "  port: 1.5",
            says: ["FILE:6: 'dicom.port' must be a whole number"]),
        Mistake(
            what: "a number in quotation marks", yaml: least + "  port: \"11112\"",
            says: ["FILE:6: 'dicom.port' must be a whole number"]),
        Mistake(
            what: "nothing for a number", yaml: least + "  port:", says: ["FILE:6: 'dicom.port' must be a whole number"]
        ),
        Mistake(
            what: "a list for a number", yaml: least + "  port: [1, 2]",
            says: ["FILE:6: 'dicom.port' must be a whole number"]),
        Mistake(
            what: "a word for a truth", yaml: least + "reading:\n  enabled: perhaps",
            says: ["FILE:7: 'reading.enabled' must be true or false"]),
        Mistake(
            what: "a text for a list", yaml: least + "  callingAETitles: CT1",
            says: ["FILE:6: 'dicom.callingAETitles' must be a list"]),
        Mistake(
            what: "keys for a text", yaml: least + "directory:\n  path: /var",
            says: ["FILE:6: 'directory' must be a text"]),
        Mistake(
            what: "a list for a text", yaml: least + "directory: [/var]", says: ["FILE:6: 'directory' must be a text"]),
        Mistake(
            what: "a port above all ports", yaml: least + "  port: 70000",
            says: ["FILE:6: 'dicom.port' is 70000", "between 0 and 65535"]),
        Mistake(
            what: "a port below all ports", yaml: least + "  tlsPort: -1",
            says: ["FILE:6: 'dicom.tlsPort' is -1", "between 0 and 65535"]),
        Mistake(
            what: "no port for the pages", yaml: least + "http:\n  port: 0",
            says: ["FILE:7: 'http.port' is 0", "between 1 and 65535"]),
        Mistake(
            what: "no association at all", yaml: least + "  maximumAssociations: 0",
            says: ["FILE:6: 'dicom.maximumAssociations' is 0", "between 1 and 1024"]),
        Mistake(
            what: "too little patience for a receipt", yaml: least + "relay:\n  receiptPatienceSeconds: 0",
            says: ["FILE:7: 'relay.receiptPatienceSeconds' is 0", "between 1 and 3600"]),
        Mistake(
            what: "a lease of no time", yaml: least + "reading:\n  leaseSeconds: 0",
            says: ["FILE:7: 'reading.leaseSeconds' is 0", "between 30 and 86400"]),
        Mistake(
            what: "studies that are whole at once", yaml: least + "study:\n  settleSeconds: 0",
            says: ["FILE:7: 'study.settleSeconds' is 0", "between 1 and 86400"]),
        Mistake(
            what: "a negative amount of space", yaml: least + "  minimumFreeMegabytes: -5",
            says: ["FILE:6: 'dicom.minimumFreeMegabytes' is -5", "between 0"]),
        Mistake(
            what: "a number no machine holds", yaml: least + "  port: 99999999999999999999",
            says: ["FILE:6: 'dicom.port' must be a whole number"]),
        Mistake(
            what: "an unknown tier", yaml: least.replacing("tier: edge", with: "tier: province"),
            says: ["FILE:3: 'node.tier' is 'province'", "edge, county or city"]),
        Mistake(
            what: "a node name with capitals", yaml: least.replacing("name: paotai", with: "name: Paotai"),
            says: ["FILE:2: 'node.name' is 'Paotai'", "lower-case letters"]),
        Mistake(
            what: "an AE title that is too long", yaml: least.replacing("PAOTAI", with: "PAOTAI_WEISHENGYUAN"),
            says: ["FILE:5: 'dicom.aeTitle' is 'PAOTAI_WEISHENGYUAN'", "1 to 16 characters"]),
        Mistake(
            what: "a calling AE title that is none", yaml: least + "  callingAETitles: [CT1, 炮台]",
            says: ["FILE", "'炮台' in dicom.callingAETitles is not an AE title"]),
        Mistake(
            what: "an unknown grant", yaml: least + "  lanRetrieve: some",
            says: ["FILE:6: 'dicom.lanRetrieve' is 'some'", "none, own or all"]),
        Mistake(
            what: "an unknown log level", yaml: least + "log:\n  level: loud",
            says: ["FILE:7: 'log.level' is 'loud'", "log level"]),
        Mistake(
            what: "no name", yaml: least.replacing("  name: paotai\n", with: ""),
            says: ["FILE: 'node.name' is missing (this node's name"]),
        Mistake(what: "an empty file", yaml: "", says: ["FILE must hold keys and values"]),
        Mistake(what: "nothing but comments", yaml: "# none\n", says: ["FILE must hold keys and values"]),
        Mistake(
            what: "no AE title", yaml: least.replacing("  aeTitle: PAOTAI", with: "  port: 1"),
            says: ["FILE: 'dicom.aeTitle' is missing (this node's AE title"]),
        Mistake(what: "a list", yaml: "- node", says: ["FILE must hold keys and values"]),
        Mistake(what: "no YAML", yaml: "node: [", says: ["FILE", "is not YAML"]),
        Mistake(what: "a key twice", yaml: least + "node:\n  tier: city", says: ["FILE", "is not YAML", "node"]),
    ]

    @Test("stops the node with a sentence that names file, line and what would be right", arguments: mistakes)
    func stops(at mistake: Mistake) async throws {
        let file = directory.appending("node.yaml")
        try mistake.yaml.write(toFile: file, atomically: true, encoding: .utf8)
        let sentence = try #require(await Self.refusal { try await NodeConfiguration.load(file: file) })
        var rest = sentence[...]
        for part in mistake.says {
            let wanted = part.replacing("FILE", with: file)
            let range = try #require(rest.range(of: wanted), "\(wanted) is not in: \(sentence)")
            rest = rest[range.upperBound...]
        }
        #expect(!sentence.contains("ConfigurationError("), "\(sentence)")
    }

    @Test("an absent file is named")
    func absent() async throws {
        let file = directory.appending("none.yaml")
        let sentence = await Self.refusal { try await NodeConfiguration.load(file: file) }
        #expect(sentence?.contains("the configuration \(file) cannot be read") == true)
    }

    @Test("the least there must be is enough, and everything else has its default")
    func leastIsEnough() async throws {
        let file = directory.appending("node.yaml")
        try Self.least.write(toFile: file, atomically: true, encoding: .utf8)
        let configuration = try await NodeConfiguration.load(file: file)
        #expect(configuration.node.institution == "paotai")
        #expect(configuration.node.issuer == "paotai")
        #expect(configuration.directory == "/var/lib/jieli")
        #expect(configuration.tls.key == directory.appending("node.key"))
        #expect(configuration.peersFile == nil && configuration.rulesFile == nil)
        #expect(!configuration.node.hasReadingRole)
    }

    @Test("an AE title and a name of digits need no quotation marks")
    func digits() async throws {
        let file = directory.appending("node.yaml")
        try Self.least.replacing("PAOTAI", with: "10086").appending("  callingAETitles: [1, CT1]\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let configuration = try await NodeConfiguration.load(file: file)
        #expect(configuration.dicom.aeTitle.rawValue == "10086")
        #expect(configuration.dicom.callingAETitles.map(\.rawValue) == ["1", "CT1"])
    }

    @Test("peers and rules that are absent or name strangers stop the node, too")
    func peersAndRules() async throws {
        let file = directory.appending("node.yaml")
        try (Self.least + "peers: peers.yaml\nrules: rules.yaml\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        let configuration = try await NodeConfiguration.load(file: file)
        #expect(
            await Self.refusal { try configuration.loadPeers() }?.contains(directory.appending("peers.yaml")) == true)
        try """
        parents:
          - {name: puning, aeTitle: PUNING, host: localhost, dicomTLSPort: 2762, url: 'https://localhost:8443'}
        """.write(toFile: directory.appending("peers.yaml"), atomically: true, encoding: .utf8)
        let node = configuration.localNode(with: try configuration.loadPeers())
        #expect(
            await Self.refusal { try configuration.loadRules(in: node.topology) }?
                .contains("the rules \(directory.appending("rules.yaml")) cannot be read") == true)
        try "rules:\n  - name: a\n    then: {forward: shantou}\n".write(
            toFile: directory.appending("rules.yaml"), atomically: true, encoding: .utf8)
        let stranger = try #require(await Self.refusal { try configuration.loadRules(in: node.topology) })
        #expect(stranger.hasPrefix("rules.yaml:2:5:") && stranger.contains("'shantou'"), "\(stranger)")
        #expect(stranger.contains("puning"), "\(stranger)")
    }

    /// The sentence with which something is refused.
    static func refusal(_ body: () async throws -> some Any) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            #expect(error is any ClassifiedError, "\(type(of: error))")
            return error.sentence
        }
    }
}
