// One node of the demo network, as planned.

import Vocabulary

package struct DemoNode: Hashable, Sendable {
    package var name: NodeName
    package var tier: Tier
    package var aeTitle: AETitle
    package var institution: String
    package var isReading: Bool
    package var dicomPort: Int
    package var dicomTLSPort: Int
    package var httpPort: Int
    /// Settings, certificates, database and archive of this node.
    package var directory: String

    package var configuration: String { directory + "/node.yaml" }
    package var peersFile: String { directory + "/peers.yaml" }
    package var rulesFile: String { directory + "/rules.yaml" }
    package var logFile: String { directory + "/node.log" }
    package var databaseFile: String { directory + "/jieli.sqlite" }
    package var httpURL: String { "https://\(DemoNetwork.host):\(httpPort)" }
    package var ports: [Int] { [dicomPort, dicomTLSPort, httpPort] }
}
