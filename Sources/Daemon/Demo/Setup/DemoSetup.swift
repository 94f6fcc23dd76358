// Everything on disk before the nodes start.

import Foundation
import Identity
import Vocabulary

/// A new network, or the one that is in the folder already: its data, authority and accounts stay.
struct DemoSetup {
    let network: DemoNetwork
    let clock: WallClock

    /// - Returns: the accounts of each node.
    func prepare() async throws -> [NodeName: [DemoAccount]] {
        // Whoever waits for the file must not find the one of the last run.
        try DemoDirectory.remove(network.descriptionFile)
        for node in network.nodes { try DemoDirectory.make(node.directory) }
        let client = try DemoCertificates(network: network, clock: clock).prepare()
        for node in network.nodes {
            try DemoDirectory.write(network.configuration(of: node), to: node.configuration)
            try DemoDirectory.write(network.peers(of: node, client: client.fingerprint), to: node.peersFile)
            try DemoDirectory.write(network.rules(of: node), to: node.rulesFile)
        }
        return try await DemoAccounts(network: network, clock: clock).prepare()
    }
}
