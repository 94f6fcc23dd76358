// What `jieli demo` was asked for.

import Foundation

package enum DemoGoal: String, Hashable, Sendable, CaseIterable {
    /// The receipts of the node that reads name every accepted instance.
    case routed
    /// Every accepted study's report is home at the edge.
    case reported
}

package struct DemoOptions: Sendable {
    package var network: DemoNetwork
    /// What the modality sends; empty: nothing.
    package var studies: [String]
    package var goal: DemoGoal?
    package var isDetached: Bool
    /// The program to run as a node.
    package var executable: String

    package init(
        network: DemoNetwork, studies: [String], goal: DemoGoal?, isDetached: Bool, executable: String
    ) throws {
        if isDetached, goal != nil {
            throw DemoError(
                code: .usage, message: "--until ends the nodes, --detach lets them run: choose one of the two")
        }
        if goal != nil, studies.isEmpty {
            throw DemoError(code: .usage, message: "--until needs something to send; name it with --study")
        }
        for path in studies where !FileManager.default.fileExists(atPath: path) {
            throw DemoError(code: .usage, message: "\(path), which is to be sent, does not exist")
        }
        self.network = network
        self.studies = studies
        self.goal = goal
        self.isDetached = isDetached
        self.executable = executable
    }

    /// `TestImages` in the current folder, or in one of those above the program: a checkout.
    package static func sampleStudies(executable: String) -> String? {
        var folders = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
        var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/" {
            folders.append(folder)
            folder.deleteLastPathComponent()
        }
        return folders.map { $0.appending(path: "TestImages").path }.first {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    /// The program that is running, so that its nodes are of the same version.
    package static func runningExecutable() throws -> String {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            throw DemoError(code: .usage, message: "the running program cannot be found", cause: error)
        }
    }
}
