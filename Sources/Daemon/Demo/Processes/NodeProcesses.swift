// The three daemons.

import Foundation
import Glibc
import Vocabulary

/// What `jieli demo` started, and ends.
struct NodeProcesses: Sendable {
    struct Running: Sendable {
        let node: DemoNode
        let process: ChildProcess
    }

    let running: [Running]

    /// From the top down. When one can't be started the others are ended.
    static func start(_ network: DemoNetwork, executable: String, isDetached: Bool) async throws -> NodeProcesses {
        var running: [Running] = []
        for node in network.nodes.reversed() {
            do {
                let tether = isDetached ? [] : ["--until-input-closes"]
                let process = try ChildProcess(
                    executable: executable, arguments: ["run", "--config", node.configuration] + tether,
                    output: node.logFile, isDetached: isDetached)
                running.append(Running(node: node, process: process))
            } catch {
                await NodeProcesses(running: running).stop()
                throw error
            }
        }
        return NodeProcesses(running: running.reversed())
    }

    var pids: [NodeName: Int32] {
        Dictionary(uniqueKeysWithValues: running.map { ($0.node.name, $0.process.pid) })
    }

    /// Returns only by throwing: a node has ended by itself.
    func watch() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for one in running {
                group.addTask {
                    let ending = try await one.process.ended()
                    throw DemoError(
                        code: .nodeEnded,
                        message: "node \(one.node.name) ended by itself (\(ending)); its last words, from "
                            + "\(one.node.logFile):\n\(Self.lastLines(of: one.node.logFile))")
                }
            }
            // Not `waitForAll`: it tells of an error only when all have ended.
            try await group.next()
        }
    }

    /// SIGTERM, 20 seconds, SIGKILL; all at once. Takes its time also in a cancelled task: nothing may be left running.
    func stop() async {
        await Task.detached { [running] in
            await withTaskGroup(of: Void.self) { group in
                for one in running { group.addTask { await Self.stop(one.process) } }
            }
        }.value
    }

    private static let patience: Duration = .seconds(20)

    private static func stop(_ process: ChildProcess) async {
        process.send(SIGTERM)
        // A stopped process hears SIGTERM only when it goes on.
        process.send(SIGCONT)
        let killer = Task {
            do { try await Task.sleep(for: patience) } catch { return }
            process.send(SIGKILL)
        }
        do {
            _ = try await process.ended()
        } catch {
            // Only a cancelled task stops waiting, and nobody cancels this one.
        }
        killer.cancel()
    }

    static func lastLines(of path: String, count: Int = 12) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "  (nothing)" }
        let lines = String(decoding: data.suffix(16_384), as: UTF8.self).split(separator: "\n").suffix(count)
        return lines.isEmpty ? "  (nothing)" : lines.map { "  " + $0 }.joined(separator: "\n")
    }
}
