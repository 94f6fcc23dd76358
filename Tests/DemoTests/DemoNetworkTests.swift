import Foundation
import Identity
import Node
import TestSupport
import Testing
import Vocabulary

@testable import Demo

@Suite("Demo network plan")
struct DemoNetworkTests {
    @Test("gives every node ports of its own inside the forty", arguments: [1, 28100, 65496])
    func ports(base: Int) throws {
        let network = try DemoNetwork(directory: "/d", basePort: base)
        let ports = network.nodes.flatMap(\.ports)
        #expect(Set(ports).count == 9)
        #expect(ports.allSatisfy { (base..<(base + DemoNetwork.portCount)).contains($0) })
    }

    @Test("refuses base ports that leave no room", arguments: [0, -1, 65497, 70000])
    func impossiblePorts(base: Int) {
        #expect(throws: DemoError(code: .usage, message: "")) {
            try DemoNetwork(directory: "/d", basePort: base)
        }
    }

    @Test("reads at the county or the city, never at the edge")
    func reader() throws {
        #expect(try DemoNetwork(directory: "/d").reader.name.rawValue == "jieyang")
        let county = try DemoNetwork(directory: "/d", readingTier: .county)
        #expect(county.reader.name.rawValue == "puning")
        #expect(county.path.map(\.rawValue) == ["puning"])
        #expect(throws: DemoError.self) { try DemoNetwork(directory: "/d", readingTier: .edge) }
    }

    @Test("names the first port that is in use")
    func portInUse() throws {
        let base = try FreePorts.range(of: DemoNetwork.portCount)
        let network = try DemoNetwork(directory: "/d", basePort: base)
        try PortProbe.check(network)
        let listener = try FreePorts.listen(on: network.county.dicomTLSPort)
        defer { close(listener) }
        let error = #expect(throws: DemoError.self) { try PortProbe.check(network) }
        #expect(error?.isUsage == true)
        #expect(error?.message.contains("port \(network.county.dicomTLSPort)") == true)
    }

    @Test("writes settings that every node accepts", arguments: [Tier.city, .county])
    func settings(readingTier: Tier) async throws {
        let directory = try TemporaryDirectory()
        let network = try DemoNetwork(
            directory: directory.appending("with \"quotes\" 和空格"), readingTier: readingTier)
        _ = try await DemoSetup(network: network, clock: .system).prepare()
        for node in network.nodes {
            let settings = try await NodeConfiguration.load(file: node.configuration)
            #expect(settings.directory == node.directory)
            #expect(settings.databaseFile == node.databaseFile)
            #expect(settings.dicom.tlsPort == node.dicomTLSPort)
            #expect(settings.node.hasReadingRole == (node.tier != .edge))
            #expect(try NodeFiles(settings).certificate.node == node.name)
            let peers = try settings.loadPeers()
            #expect(peers.parents.map(\.name) == network.parent(of: node).map { [$0.name] } ?? [])
            #expect(peers.children.map(\.name) == network.child(of: node).map { [$0.name] } ?? [])
            #expect(peers.clients.map(\.retrieve) == [.all])
            let rules = try settings.loadRules(in: settings.localNode(with: peers).topology)
            #expect(rules.rules.count == 1)
        }
        #expect(
            try String(contentsOfFile: network.county.rulesFile, encoding: .utf8).contains("read: here")
                == (readingTier == .county))
    }
}
