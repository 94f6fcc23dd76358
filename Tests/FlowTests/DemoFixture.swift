// The real program as a whole network.

import Demo
import Foundation
import TestSupport
import Vocabulary

/// A folder and ports of its own for `jieli demo`; one network at a time, for the machine's sake.
struct DemoFixture {
    let directory: TemporaryDirectory
    let basePort: Int

    init() throws {
        directory = try TemporaryDirectory()
        basePort = try FreePorts.range(of: DemoNetwork.portCount)
    }

    func run(_ arguments: [String]) async throws -> ProgramResult {
        try await Program.run(
            ["demo", "--directory", directory.path, "--base-port", String(basePort)] + arguments)
    }

    func description() throws -> NetworkDescription {
        try NetworkDescription.read(from: directory.appending("network.json"))
    }

    /// What lies in a node's archive.
    func archive(_ tier: Tier) throws -> Evidence {
        let network = try DemoNetwork(directory: directory.path, basePort: basePort)
        let node = network.nodes.first { $0.tier == tier }
        return try Evidence(below: (node?.directory ?? "") + "/archive/studies")
    }

    /// Node processes of this network that are alive.
    func survivors() throws -> [Int32] {
        let marks = ["paotai", "puning", "jieyang"].map { directory.appending("\($0)/node.yaml") }
        return (FileManager.default.subpathsOfProcesses()).filter { pid in
            guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.contains { marks.contains($0) }
        }
    }
}

extension FileManager {
    fileprivate func subpathsOfProcesses() -> [Int32] {
        ((try? contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }
}
