// Ending a demo network that was left running.

import Foundation
import Glibc
import Vocabulary

/// Knows a node's process again by its command line: a number alone may have been given to another process since.
struct RunningDemo {
    let network: NetworkDescription

    var alive: [NetworkDescription.Node] { network.nodes.filter(Self.isRunning) }

    /// SIGTERM, 20 seconds, SIGKILL.
    func stop() async throws {
        for node in alive {
            kill(node.pid, SIGTERM)
            kill(node.pid, SIGCONT)
        }
        let start = ContinuousClock.now
        while !alive.isEmpty, ContinuousClock.now - start < .seconds(20) {
            try await Task.sleep(for: .milliseconds(50))
        }
        for node in alive { kill(node.pid, SIGKILL) }
    }

    private static func isRunning(_ node: NetworkDescription.Node) -> Bool {
        guard node.pid > 0, let line = FileManager.default.contents(atPath: "/proc/\(node.pid)/cmdline") else {
            return false
        }
        return line.split(separator: 0).contains { $0.elementsEqual(node.configuration.utf8) }
    }
}
