// network.json: how to reach the demo network.

import Foundation
import Vocabulary

package struct DemoAccount: Hashable, Codable, Sendable {
    package var name: String
    package var password: String
    package var role: UserRole
    package var token: String
}

/// Read by test programs; its shape is a contract.
package struct NetworkDescription: Hashable, Codable, Sendable {
    package struct Node: Hashable, Codable, Sendable {
        package var name: NodeName
        package var tier: Tier
        package var pid: Int32
        package var aeTitle: AETitle
        /// `nil`, written as null: the node keeps it closed.
        package var dicomPort: Int?
        package var dicomTLSPort: Int?
        package var httpURL: String
        package var directory: String
        package var configuration: String
        package var users: [DemoAccount]

        package func user(_ role: UserRole) -> DemoAccount? { users.first { $0.role == role } }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(tier, forKey: .tier)
            try container.encode(pid, forKey: .pid)
            try container.encode(aeTitle, forKey: .aeTitle)
            // `encodeIfPresent`, which would be written for us, leaves the key out.
            try container.encode(dicomPort, forKey: .dicomPort)
            try container.encode(dicomTLSPort, forKey: .dicomTLSPort)
            try container.encode(httpURL, forKey: .httpURL)
            try container.encode(directory, forKey: .directory)
            try container.encode(configuration, forKey: .configuration)
            try container.encode(users, forKey: .users)
        }
    }

    package struct Client: Hashable, Codable, Sendable {
        package var certificate: String
        package var key: String
    }

    /// From below upward.
    package var nodes: [Node]
    package var certificateAuthority: String
    package var client: Client

    package func node(_ tier: Tier) -> Node? { nodes.first { $0.tier == tier } }

    package init(_ network: DemoNetwork, pids: [NodeName: Int32], accounts: [NodeName: [DemoAccount]]) {
        nodes = network.nodes.map { node in
            Node(
                name: node.name, tier: node.tier, pid: pids[node.name] ?? 0, aeTitle: node.aeTitle,
                dicomPort: node.dicomPort, dicomTLSPort: node.dicomTLSPort, httpURL: node.httpURL,
                directory: node.directory, configuration: node.configuration, users: accounts[node.name] ?? [])
        }
        certificateAuthority = network.authorityFile
        client = Client(certificate: network.clientCertificate, key: network.clientKey)
    }

    // MARK: The file

    /// Appears complete, by rename; only its owner reads it, for it holds passwords.
    package func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        try DemoDirectory.write(try encoder.encode(self) + Data("\n".utf8), to: path)
    }

    /// - Throws: `DemoError.usage` when there is none or it is damaged.
    package static func read(from path: String) throws -> NetworkDescription {
        do {
            return try JSONDecoder().decode(
                NetworkDescription.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw DemoError(code: .usage, message: "\(path) is not the description of a demo network", cause: error)
        }
    }
}
