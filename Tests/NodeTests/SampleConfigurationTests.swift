import Foundation
import Identity
import Node
import Routing
import StudyFlow
import Testing
import Vocabulary
import Yams

@Suite("Sample configurations")
struct SampleConfigurationTests {
    static let tiers = Tier.allCases
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../deploy/config").standardizedFileURL.path

    /// What a node of this tier starts with when its samples are copied to /etc/jieli.
    static func load(_ tier: Tier) async throws -> NodeConfiguration {
        var configuration = try await NodeConfiguration.load(file: "\(folder)/\(tier.rawValue).yaml")
        #expect(configuration.peersFile == "\(folder)/peers.yaml")
        #expect(configuration.rulesFile == "\(folder)/rules.yaml")
        configuration.peersFile = "\(folder)/peers-\(tier.rawValue).yaml"
        configuration.rulesFile = "\(folder)/rules-\(tier.rawValue).yaml"
        return configuration
    }

    @Test("load, with their peers and rules", arguments: tiers)
    func loaded(tier: Tier) async throws {
        let configuration = try await Self.load(tier)
        let peers = try configuration.loadPeers()
        let node = configuration.localNode(with: peers)
        let rules = try configuration.loadRules(in: node.topology)
        #expect(configuration.node.tier == tier)
        #expect(configuration.directory == "/var/lib/jieli")
        #expect(configuration.http.port == 8443)
        #expect(configuration.dicom.port == 11112)
        #expect(configuration.dicom.tlsPort == (tier == .edge ? nil : 2762))
        #expect(peers.parents.isEmpty == (tier == .city))
        #expect(peers.children.isEmpty == (tier == .edge))
        #expect(!rules.rules.isEmpty)
    }

    @Test("fit together: each node stands in its parent's file as in its own")
    func network() async throws {
        let edge = try await Self.load(.edge)
        let county = try await Self.load(.county)
        let city = try await Self.load(.city)
        for (child, parent) in [(edge, county), (county, city)] {
            let below = try #require(try parent.loadPeers().child(child.node.name))
            #expect(below.aeTitles.contains(child.dicom.aeTitle))
            #expect(below.issuer == child.node.issuer)
            let above = try #require(try child.loadPeers().parent(parent.node.name))
            #expect(above.aeTitle == parent.dicom.aeTitle)
            #expect(above.dicomTLSPort == parent.dicom.tlsPort)
            #expect(above.url.hasSuffix(":\(parent.http.port)"))
        }
        #expect(edge.localNode(with: try edge.loadPeers()).reachable[city.node.name] == county.node.name)
    }

    @Test("the sample roster holds with the built-in work types")
    func roster() async throws {
        var configuration = try await Self.load(.county)
        configuration.rosterFile = "\(Self.folder)/roster.yaml"
        #expect(try configuration.loadRoster(try configuration.loadClocks())?.shifts.count == 3)
    }

    @Test("name every key there is, with a comment", arguments: tiers)
    func complete(tier: Tier) throws {
        let text = try String(contentsOfFile: "\(Self.folder)/\(tier.rawValue).yaml", encoding: .utf8)
        let root = try #require(try Yams.compose(yaml: text))
        for key in ConfigurationKeys.all {
            var node: Yams.Node? = root
            for part in key.name.split(separator: ".") { node = node?[String(part)] }
            let line = try #require(node?.mark?.line, "\(key.name) is missing")
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1].contains(" # "))
        }
    }

    @Test("quote the defaults that hold", arguments: tiers)
    func defaults(tier: Tier) throws {
        let text = try String(contentsOfFile: "\(Self.folder)/\(tier.rawValue).yaml", encoding: .utf8)
        for key in ConfigurationKeys.all {
            guard let fallback = key.fallback, !fallback.isEmpty else { continue }
            let last = try #require(key.name.split(separator: ".").last)
            #expect(
                text.split(separator: "\n").contains {
                    $0.drop { $0 == " " }.hasPrefix("\(last):") && $0.hasSuffix("[\(fallback)]")
                }, "\(key.name) [\(fallback)]")
        }
    }
}
