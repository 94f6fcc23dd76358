// The plan of the demo network: a township, a county and a city on one machine.

import Vocabulary

/// Who is where; pure. A node's ports are three in a row of ten: DICOM, DICOM TLS, HTTPS.
package struct DemoNetwork: Hashable, Sendable {
    package static let host = "127.0.0.1"
    package static let defaultBasePort = 28100
    /// The network uses ports from the base port to this many less one further on.
    package static let portCount = 40
    /// What may call the DICOM TLS ports beside the nodes: a test program.
    package static let clientAETitle = AETitle(rawValue: "DEMOCLIENT")
    package static let modalityAETitle = AETitle(rawValue: "DEMOMODALITY")

    package let directory: String
    /// The node whose doctors read.
    package let readingTier: Tier
    package let edge: DemoNode
    package let county: DemoNode
    package let city: DemoNode

    /// - Throws: `DemoError.usage`.
    package init(directory: String, basePort: Int = Self.defaultBasePort, readingTier: Tier = .city) throws {
        guard (1...(65536 - Self.portCount)).contains(basePort) else {
            throw DemoError(
                code: .usage,
                message: "the base port must lie between 1 and \(65536 - Self.portCount), because the demo network "
                    + "uses \(Self.portCount) ports from there")
        }
        guard readingTier != .edge else {
            throw DemoError(code: .usage, message: "nobody reads at the edge; choose county or city")
        }
        self.directory = directory
        self.readingTier = readingTier
        func node(_ row: Int, _ name: String, _ tier: Tier, _ institution: String) throws -> DemoNode {
            guard let nodeName = NodeName(rawValue: name), let title = AETitle(rawValue: name.uppercased()) else {
                throw DemoError(code: .usage, message: "'\(name)' is not a node name")
            }
            let first = basePort + row * 10
            return DemoNode(
                name: nodeName, tier: tier, aeTitle: title, institution: institution, isReading: tier != .edge,
                dicomPort: first, dicomTLSPort: first + 1, httpPort: first + 2, directory: "\(directory)/\(name)")
        }
        edge = try node(0, "paotai", .edge, "炮台镇卫生院（示例）")
        county = try node(1, "puning", .county, "普宁市县级阅片中心（示例）")
        city = try node(2, "jieyang", .city, "揭阳市阅片中心（示例）")
    }

    /// From below upward. Started from the top down, so that whoever dials finds its parent listening.
    package var nodes: [DemoNode] { [edge, county, city] }

    /// Where it is read. A study is where it should be when this node has signed for it.
    package var reader: DemoNode { readingTier == .county ? county : city }
    /// The nodes above the edge up to the reader.
    package var path: [NodeName] { readingTier == .county ? [county.name] : [county.name, city.name] }

    package var authorityDirectory: String { directory + "/ca" }
    package var authorityFile: String { authorityDirectory + "/ca.pem" }
    package var clientCertificate: String { authorityDirectory + "/client.pem" }
    package var clientKey: String { authorityDirectory + "/client.key" }
    package var accountsFile: String { directory + "/accounts.json" }
    package var descriptionFile: String { directory + "/network.json" }
}
