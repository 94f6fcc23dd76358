// Three real nodes that a test kills, stops and starts as it likes.

import DICOM
import DIMSEServices
import Foundation
import Logging
import Observability
import TestSupport
import Vocabulary

@testable import Demo

/// Nodes end with the test process: they are tethered to it.
final class TestNetwork: Sendable {
    let directory: TemporaryDirectory
    let network: DemoNetwork
    let accounts: [NodeName: [DemoAccount]]
    private let processes = LockedBox<[NodeName: ChildProcess]>([:])

    /// Runs `body` with three nodes that are up, and ends them on every way out.
    ///
    /// - Parameter prepare: may change their settings before they start.
    static func with<Result: Sendable>(
        prepare: (TestNetwork) throws -> Void = { _ in }, _ body: (TestNetwork) async throws -> Result
    ) async throws -> Result {
        let network = try await TestNetwork()
        do {
            try prepare(network)
            for node in network.network.nodes.reversed() { try network.start(node) }
            try await network.waitUntilReady()
            let result = try await body(network)
            try await network.stop()
            return result
        } catch {
            try await network.stop()
            throw error
        }
    }

    private init() async throws {
        directory = try TemporaryDirectory()
        network = try DemoNetwork(
            directory: directory.path, basePort: try FreePorts.range(of: DemoNetwork.portCount))
        accounts = try await DemoSetup(network: network, clock: .system).prepare()
    }

    /// What the edge's `peers.yaml` says under `link:` of its parent.
    func setEdgeLink(_ link: String) throws {
        let file = URL(fileURLWithPath: network.edge.configuration).deletingLastPathComponent()
            .appending(path: "peers.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let place = "    host: \(DemoNetwork.host)\n"
        try text.replacing(place, with: place + "    link: {\(link)}\n", maxReplacements: 1)
            .write(to: file, atomically: true, encoding: .utf8)
    }

    // MARK: Processes

    func start(_ node: DemoNode) throws {
        let process = try ChildProcess(
            executable: Program.jieli, arguments: ["run", "--config", node.configuration, "--until-input-closes"],
            output: node.logFile, isDetached: false)
        processes.withLock { $0[node.name] = process }
    }

    func send(_ signal: Int32, to node: DemoNode) { processes.withLock { $0[node.name] }?.send(signal) }

    func end(_ node: DemoNode, by signal: Int32) async throws {
        guard let process = processes.withLock({ $0[node.name] }) else { return }
        process.send(signal)
        _ = try await process.ended()
    }

    func processIdentifier(of node: DemoNode) -> pid_t? { processes.withLock { $0[node.name] }?.pid }

    private func stop() async throws {
        for node in network.nodes {
            send(SIGTERM, to: node)
            send(SIGCONT, to: node)
        }
        for process in processes.withLock({ Array($0.values) }) { _ = try await process.ended() }
    }

    // MARK: Asking and sending

    func waitUntilReady() async throws {
        try await NodeClient.withHTTP(trusting: network.authorityFile) { http in
            for node in network.nodes {
                let client = NodeClient(http, url: node.httpURL, token: "")
                while try await !client.isReady() { try await Task.sleep(for: .milliseconds(50)) }
            }
        }
    }

    /// What the edge says about where the accepted studies are.
    func withJourney<Result: Sendable>(
        of accepted: [StudyInstanceUID: Int], _ body: (JourneyWatch, Doctors) async throws -> Result
    ) async throws -> Result {
        try await NodeClient.withHTTP(trusting: network.authorityFile) { http in
            func client(_ node: DemoNode, _ role: UserRole) -> NodeClient {
                NodeClient(
                    http, url: node.httpURL, token: accounts[node.name]?.first { $0.role == role }?.token ?? "")
            }
            let watch = JourneyWatch(
                edge: client(network.edge, .radiographer), network: network, accepted: accepted,
                progress: TerminalProgress())
            return try await body(
                watch,
                Doctors(
                    radiologist: client(network.reader, .radiologist), reviewer: client(network.reader, .reviewer)))
        }
    }

    /// Every study read, every report home.
    func finish(_ accepted: [StudyInstanceUID: Int]) async throws {
        try await withJourney(of: accepted) { watch, doctors in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.follow(to: .reported) }
                group.addTask { try await doctors.read(Set(accepted.keys)) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// As a modality that tries again until the edge has said 0x0000 to every file.
    func sendUntilAccepted(_ folder: String) async throws {
        guard let title = DemoNetwork.modalityAETitle else { return }
        let sender = RawStorageSender(
            to: PeerAddress(host: DemoNetwork.host, port: network.edge.dicomPort), calling: title,
            called: network.edge.aeTitle, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let missing = LockedBox(Set(names.map { folder + "/" + $0 }))
        while true {
            let paths = missing.withLock { $0.sorted() }
            if paths.isEmpty { return }
            do {
                try await sender.send(paths: paths) { file in
                    if file.outcome.isAccepted { missing.withLock { _ = $0.remove(file.path) } }
                }
            } catch is DICOMError {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
